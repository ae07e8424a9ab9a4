// JavaScript values as C values, checked, and back. Names of members are made at each use, or once where CACHED_KEYS is
// defined.
#include "value.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

#define NAME(name) #name,
static const char *const names[] = {KEYS(NAME)};
#undef NAME

#ifdef CACHED_KEYS
static napi_ref keys[KEY_COUNT];

bool prepare_keys(napi_env env) {
  for (Key key = 0; key < KEY_COUNT; key++) {
    napi_value text;
    char16_t wide[128];
    size_t length = strlen(names[key]);
    for (size_t i = 0; i < length; i++) wide[i] = (char16_t)names[key][i];
    if (node_api_create_property_key_utf16(env, wide, length, &text) != napi_ok) return false;
    if (napi_create_reference(env, text, 1, &keys[key]) != napi_ok) return false;
  }
  return true;
}

static bool get(napi_env env, napi_value object, Key key, napi_value *out) {
  napi_value name;
  return napi_get_reference_value(env, keys[key], &name) == napi_ok &&
         napi_get_property(env, object, name, out) == napi_ok;
}

bool put(napi_env env, napi_value object, Key key, napi_value value) {
  napi_value name;
  return napi_get_reference_value(env, keys[key], &name) == napi_ok &&
         napi_set_property(env, object, name, value) == napi_ok;
}
#else
bool prepare_keys(napi_env env) {
  (void)env;
  return true;
}

static bool get(napi_env env, napi_value object, Key key, napi_value *out) {
  return napi_get_named_property(env, object, names[key], out) == napi_ok;
}

bool put(napi_env env, napi_value object, Key key, napi_value value) {
  return napi_set_named_property(env, object, names[key], value) == napi_ok;
}
#endif

static bool mismatch(napi_env env, const char *name, const char *wanted) {
  char text[160];
  snprintf(text, sizeof text, "%s: expected %s", name, wanted);
  napi_throw_type_error(env, NULL, text);
  return false;
}

bool to_u32(napi_env env, napi_value value, const char *name, uint32_t *out) {
  double number;
  if (napi_get_value_double(env, value, &number) != napi_ok) return mismatch(env, name, "uint32");
  // NaN compares false.
  if (!(number >= 0 && number <= UINT32_MAX) || number != (uint32_t)number) return mismatch(env, name, "uint32");
  *out = (uint32_t)number;
  return true;
}

bool to_handle(napi_env env, napi_value value, const char *name, uint64_t *out) {
  bool lossless;
  if (napi_get_value_bigint_uint64(env, value, out, &lossless) != napi_ok || !lossless)
    return mismatch(env, name, "bigint");
  return true;
}

bool to_u64(napi_env env, napi_value value, const char *name, uint64_t *out) {
  double number;
  if (napi_get_value_double(env, value, &number) != napi_ok) return to_handle(env, value, name, out);
  if (!(number >= 0 && number <= 9007199254740991.0) || number != trunc(number))
    return mismatch(env, name, "uint64");
  *out = (uint64_t)number;
  return true;
}

static bool present(napi_env env, napi_value object, Key key, napi_value *out, bool *absent) {
  napi_valuetype type;
  if (!get(env, object, key, out) || napi_typeof(env, *out, &type) != napi_ok)
    return mismatch(env, names[key], "a property of an object");
  *absent = type == napi_undefined || type == napi_null;
  return true;
}

bool read_u32(napi_env env, napi_value object, Key key, uint32_t *out) {
  napi_value value;
  bool absent;
  if (!present(env, object, key, &value, &absent)) return false;
  *out = 0;
  return absent || to_u32(env, value, names[key], out);
}

bool read_u64(napi_env env, napi_value object, Key key, uint64_t *out) {
  napi_value value;
  bool absent;
  if (!present(env, object, key, &value, &absent)) return false;
  *out = 0;
  return absent || to_u64(env, value, names[key], out);
}

bool read_handle(napi_env env, napi_value object, Key key, uint64_t *out) {
  napi_value value;
  bool absent;
  if (!present(env, object, key, &value, &absent)) return false;
  *out = 0;
  return absent || to_handle(env, value, names[key], out);
}

bool read_object(napi_env env, napi_value object, Key key, napi_value *out) {
  napi_valuetype type;
  if (!get(env, object, key, out) || napi_typeof(env, *out, &type) != napi_ok || type != napi_object)
    return mismatch(env, names[key], "an object");
  return true;
}

bool read_array(napi_env env, napi_value object, Key key, napi_value *out, uint32_t *length) {
  bool absent, array;
  if (!present(env, object, key, out, &absent)) return false;
  *length = 0;
  if (absent) return true;
  if (napi_is_array(env, *out, &array) != napi_ok || !array) return mismatch(env, names[key], "an array");
  return napi_get_array_length(env, *out, length) == napi_ok;
}

bool element(napi_env env, napi_value array, uint32_t index, napi_value *out) {
  napi_valuetype type;
  if (napi_get_element(env, array, index, out) != napi_ok || napi_typeof(env, *out, &type) != napi_ok ||
      type != napi_object)
    return mismatch(env, "element", "an object");
  return true;
}

bool arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values) {
  size_t given = count;
  if (napi_get_cb_info(env, info, &given, values, NULL, NULL) != napi_ok) return false;
  return given == count || mismatch(env, "arguments", "another number of them");
}

static bool to_js(napi_env env, const Field *field, const char *from, napi_value *out) {
  switch (field->kind) {
    case U8:
      return napi_create_uint32(env, *(const uint8_t *)from, out) == napi_ok;
    case U32:
      return napi_create_uint32(env, *(const uint32_t *)from, out) == napi_ok;
    case I32:
      return napi_create_int32(env, *(const int32_t *)from, out) == napi_ok;
    case U64:
      return napi_create_bigint_uint64(env, *(const uint64_t *)from, out) == napi_ok;
    case SIZE:
      return napi_create_bigint_uint64(env, *(const size_t *)from, out) == napi_ok;
    case F32:
      return napi_create_double(env, *(const float *)from, out) == napi_ok;
    case BOOL:
      return napi_get_boolean(env, *(const uint32_t *)from != 0, out) == napi_ok;
    case TEXT:
      return napi_create_string_utf8(env, from, strnlen(from, field->count), out) == napi_ok;
    case BYTES: {
      void *bytes;
      napi_value buffer;
      if (napi_create_arraybuffer(env, field->count, &bytes, &buffer) != napi_ok) return false;
      memcpy(bytes, from, field->count);
      return napi_create_typedarray(env, napi_uint8_array, field->count, buffer, 0, out) == napi_ok;
    }
    default:
      *out = object_of(env, field->fields, from);
      return *out != NULL;
  }
}

static size_t size_of(const Field *field) {
  switch (field->kind) {
    case U8:
      return 1;
    case U64:
      return 8;
    case SIZE:
      return sizeof(size_t);
    case OBJECT:
      return field->size;
    default:
      return 4;
  }
}

bool put_all(napi_env env, napi_value object, const Field *fields, const void *from) {
  for (const Field *field = fields; field->key != KEY_COUNT; field++) {
    const char *at = (const char *)from + field->offset;
    napi_value value;
    if (field->count > 0 && field->kind != TEXT && field->kind != BYTES) {
      if (napi_create_array_with_length(env, field->count, &value) != napi_ok) return false;
      for (uint32_t i = 0; i < field->count; i++) {
        napi_value item;
        if (!to_js(env, field, at + i * size_of(field), &item)) return false;
        if (napi_set_element(env, value, i, item) != napi_ok) return false;
      }
    } else if (!to_js(env, field, at, &value)) {
      return false;
    }
    if (!put(env, object, field->key, value)) return false;
  }
  return true;
}

napi_value object_of(napi_env env, const Field *fields, const void *from) {
  napi_value object;
  if (napi_create_object(env, &object) != napi_ok) return NULL;
  return put_all(env, object, fields, from) ? object : NULL;
}
