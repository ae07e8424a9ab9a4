#version 450

// A cube that turns, each side in a colour of its own, seen in perspective; all from the vertex's number alone.
layout(push_constant) uniform Frame {
  float angle;
  float aspect;
};
layout(location = 0) out vec3 color;

const int order[6] = int[](0, 1, 2, 2, 1, 3);
const float near = 0.5, far = 10.0, focal = 1.8;

void main() {
  int side = gl_VertexIndex / 6;
  int corner = order[gl_VertexIndex % 6];
  vec3 p = vec3(float(corner & 1) * 2.0 - 1.0, float(corner >> 1) * 2.0 - 1.0, side < 3 ? 1.0 : -1.0);
  p = side % 3 == 0 ? p : side % 3 == 1 ? p.zxy : p.yzx;
  color = vec3(0.25) + 0.7 * vec3(float((side + 1) & 1), float(((side + 1) >> 1) & 1), float((side + 1) >> 2));
  float c = cos(angle), s = sin(angle);
  p = vec3(c * p.x + s * p.z, p.y, c * p.z - s * p.x);
  c = cos(0.5);
  s = sin(0.5);
  p = vec3(p.x, c * p.y - s * p.z, s * p.y + c * p.z + 5.0);
  gl_Position = vec4(focal * p.x / aspect, focal * p.y, (p.z - near) * far / (far - near), p.z);
}
