#version 450

// Three corners, a colour each, from the vertex's number alone.
const vec2 corners[3] = vec2[](vec2(0.0, -0.8), vec2(0.8, 0.7), vec2(-0.8, 0.7));
const vec3 colors[3] = vec3[](vec3(1.0, 0.2, 0.2), vec3(0.2, 1.0, 0.2), vec3(0.2, 0.4, 1.0));

layout(location = 0) out vec3 color;

void main() {
  gl_Position = vec4(corners[gl_VertexIndex], 0.0, 1.0);
  color = colors[gl_VertexIndex];
}
