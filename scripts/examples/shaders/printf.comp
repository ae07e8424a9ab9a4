#version 450
#extension GL_EXT_debug_printf : enable

layout(local_size_x = 4) in;

void main() {
  debugPrintfEXT("invocation %u of %u", gl_GlobalInvocationID.x, gl_NumWorkGroups.x * gl_WorkGroupSize.x);
}
