#version 460
#extension GL_EXT_ray_query : require
// A ray along z for each number: 1 where it meets the triangle, 0 where it does not.
layout(local_size_x = 8, local_size_y = 8) in;
layout(binding = 0) uniform accelerationStructureEXT scene;
layout(binding = 1) buffer Hits { float hit[]; };
void main() {
  uvec2 at = gl_GlobalInvocationID.xy;
  rayQueryEXT query;
  vec3 origin = vec3(vec2(at) + 0.5, -1);
  rayQueryInitializeEXT(query, scene, gl_RayFlagsOpaqueEXT, 0xff, origin, 0, vec3(0, 0, 1), 10);
  while (rayQueryProceedEXT(query)) {}
  bool isHit = rayQueryGetIntersectionTypeEXT(query, true) == gl_RayQueryCommittedIntersectionTriangleEXT;
  hit[at.y * 8 + at.x] = isHit ? 1 : 0;
}
