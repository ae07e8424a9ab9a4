// How the addon's commands read JavaScript values and make them.
#ifdef CACHED_KEYS
#define NAPI_EXPERIMENTAL // references to strings
#endif
#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include "fields.h"
#include "trivial-driver.h"

#define KEY(name) KEY_##name,
typedef enum { KEYS(KEY) KEY_COUNT } Key;
#undef KEY

typedef enum { U8, U32, I32, U64, SIZE, F32, BOOL, TEXT, BYTES, OBJECT } Kind;

/** A member of a struct that goes to JS. */
typedef struct Field {
  Key key;
  Kind kind;
  size_t offset;
  /** Elements of a fixed array, 0 where it is none. */
  uint32_t count;
  /** Of an OBJECT. */
  size_t size;
  const struct Field *fields;
} Field;

bool prepare_keys(napi_env env);

// Reading: false where a JS exception is pending. A member that is absent is 0.
bool read_u32(napi_env env, napi_value object, Key key, uint32_t *out);
bool read_u64(napi_env env, napi_value object, Key key, uint64_t *out);
bool read_handle(napi_env env, napi_value object, Key key, uint64_t *out);
bool read_object(napi_env env, napi_value object, Key key, napi_value *out);
bool read_array(napi_env env, napi_value object, Key key, napi_value *out, uint32_t *length);
bool element(napi_env env, napi_value array, uint32_t index, napi_value *out);
bool to_u32(napi_env env, napi_value value, const char *name, uint32_t *out);
bool to_u64(napi_env env, napi_value value, const char *name, uint64_t *out);
bool to_handle(napi_env env, napi_value value, const char *name, uint64_t *out);
bool arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values);

// Writing: NULL where a JS exception is pending.
napi_value object_of(napi_env env, const Field *fields, const void *from);
bool put(napi_env env, napi_value object, Key key, napi_value value);
bool put_all(napi_env env, napi_value object, const Field *fields, const void *from);
