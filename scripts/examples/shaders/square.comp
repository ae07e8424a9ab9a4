#version 450

// Each number becomes its square.
layout(local_size_x = 64) in;
layout(set = 0, binding = 0) buffer Numbers { float numbers[]; };

void main() {
  uint i = gl_GlobalInvocationID.x;
  if (i < numbers.length()) numbers[i] *= numbers[i];
}
