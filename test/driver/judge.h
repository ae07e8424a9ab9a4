// What the generated functions share: the log in which they tell what they saw, memory faults, and random values.
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

// The sizes of a descriptor, of its capture data and of a shader group's handle, which the properties have too.
#define CAPTURE_SIZE 16
#define DESCRIPTOR_SIZE 32
#define GROUP_SIZE 32

#define EXPORT __attribute__((visibility("default")))

enum { GIVE_ALL, GIVE_NONE, GIVE_EVERY_OTHER };

// What the test sets before a call.
static VkResult result;       // that commands return
static uint32_t room;         // elements that enumerations have
static uint32_t growth;       // how often they have one more when they are asked
static uint64_t state = 1;    // of the random numbers that outputs are made from
static int offering;          // whether the extensions that are enumerated are those of the headers
static int giving = GIVE_ALL; // which handles of an array commands make
static int calling;           // whether the functions that it is given are called
static VkBool32 answered;     // what the function that was called last returned
static uint32_t api_version;  // of physical devices

// --- the log: a line of JSON a call ---

static char *text;
static size_t used, size;

static void put(const char *s) {
  size_t n = strlen(s);
  while (used + n + 1 > size) text = realloc(text, size = size ? size * 2 : 1 << 20);
  memcpy(text + used, s, n + 1);
  used += n;
}

// Ends an object or array, and removes the comma after its last element.
static void end(const char *bracket) {
  if (used > 0 && text[used - 1] == ',') used--;
  put(bracket);
}

// The member that is being read, in case memory ends there.
static __thread const char *where_struct, *where_name;

static void key(const char *type, const char *name) {
  where_struct = type;
  where_name = name;
  put("\"");
  put(name);
  put("\":");
}

// An integer of any width, little-endian, as hexadecimal digits without leading zeros.
static void word(const void *bytes, size_t n) {
  uint64_t value = 0;
  memcpy(&value, bytes, n);
  char digits[24];
  snprintf(digits, sizeof digits, "\"%llx\",", (unsigned long long)value);
  put(digits);
}

#define WORD(x) do { __typeof__(x) word_ = (x); word(&word_, sizeof word_); } while (0)
#define BITS(x) do { uint64_t bits_ = (x); word(&bits_, sizeof bits_); } while (0)

static void character(unsigned c) {
  char one[8];
  if (c < 0x20 || c == '"' || c == '\\') snprintf(one, sizeof one, "\\u%04x", c);
  else { one[0] = (char)c; one[1] = 0; }
  put(one);
}

static void string(const char *s) {
  if (s == NULL) { put("null,"); return; }
  put("\"");
  for (; *s != 0; s++) character((unsigned char)*s);
  put("\",");
}

// A char array: as far as its NUL, or all of it.
static void characters(const char *s, size_t n) {
  put("\"");
  for (; n > 0 && *s != 0; s++, n--) character((unsigned char)*s);
  put("\",");
}

static void wide_string(const uint16_t *s) {
  if (s == NULL) { put("null,"); return; }
  put("\"");
  for (; *s != 0; s++) {
    char unit[8];
    snprintf(unit, sizeof unit, "\\u%04x", *s);
    put(unit);
  }
  put("\",");
}

static void bytes(const void *from, size_t n) {
  if (from == NULL) { put("null,"); return; }
  put("\"");
  for (size_t i = 0; i < n; i++) {
    char byte[4];
    snprintf(byte, sizeof byte, "%02x", ((const unsigned char *)from)[i]);
    put(byte);
  }
  put("\",");
}

// --- memory that ends ---

static sigjmp_buf *trap;
static char fault_place[64];
struct guard { char *from; size_t size; };
static struct guard *guards;
static size_t guard_count;

static void on_fault(int signal, siginfo_t *info, void *context) {
  (void)context;
  char *at = info->si_addr;
  // Outside of this driver's commands the process ends as it would without this handler.
  if (trap == NULL) { sigaction(signal, &(struct sigaction){ .sa_handler = SIG_DFL }, NULL); return; }
  snprintf(fault_place, sizeof fault_place, at < (char *)65536 ? "NULL" : "an address that is nobody's");
  for (size_t i = 0; i < guard_count; i++)
    if (at >= guards[i].from && at < guards[i].from + guards[i].size)
      snprintf(fault_place, sizeof fault_place, "byte %zu behind its memory", (size_t)(at - guards[i].from));
  siglongjmp(*trap, 1);
}

// Protects pages, so that nobody may touch them.
EXPORT int judge_guard(char *from, size_t n) {
  guards = realloc(guards, (guard_count + 1) * sizeof *guards);
  guards[guard_count++] = (struct guard){ from, n };
  return mprotect(from, n, PROT_NONE);
}

// Begins a call's line; where memory ends under it, the line says where, and C returns at once.
#define BEGIN(name, nothing) \
  sigjmp_buf here_, *outer_ = trap; \
  size_t line_ = used; \
  put("{\"command\":\""); \
  put(name); \
  put("\",\"in\":{"); \
  trap = &here_; \
  if (sigsetjmp(here_, 1)) { \
    trap = outer_; \
    used = line_; \
    fault(name); \
    return nothing; \
  }

static void fault(const char *command) {
  char line[512];
  snprintf(line, sizeof line, "{\"command\":\"%s\",\"fault\":\"%s.%s: C met %s\"}\n", command, where_struct, where_name,
           fault_place);
  put(line);
}

#define OUTPUTS() do { end("},\"out\":{"); } while (0)
#define END() do { end("}}\n"); trap = outer_; } while (0)
#define FINISH() do { end("}\n"); trap = outer_; } while (0)

// --- chance ---

static uint64_t chance(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state * 0x2545f4914f6cdd1dull;
}

static void fill(void *to, size_t n) {
  for (size_t i = 0; i < n; i++) ((unsigned char *)to)[i] = (unsigned char)(chance() >> 32);
}

// Fills memory with small numbers, which are finite if they are read as floats.
static void fill_small(void *to, size_t n) {
  for (size_t i = 0; i < n; i++) ((unsigned char *)to)[i] = (unsigned char)(chance() >> 32) & 0x3f;
}

static float some_float(void) { return (float)(int32_t)chance() / 1024; }

static void fill_characters(char *to, size_t n) {
  size_t length = chance() % n;
  for (size_t i = 0; i < length; i++) to[i] = (char)('a' + chance() % 26);
  to[length] = 0;
}

static uint64_t handles;

// A handle as drivers return it: any 64 bits, or for a dispatchable one an address.
static uint64_t some_handle(int dispatchable) {
  handles += 16;
  if (giving == GIVE_NONE || (giving == GIVE_EVERY_OTHER && handles / 16 % 2 == 1)) return 0;
  return dispatchable ? 0x550000000000ull + handles : 0xc0de000000000000ull + handles;
}

// --- what the test asks ---

EXPORT void judge_set(int next, uint32_t elements, uint32_t more, uint32_t seed, int offers, int gives, int calls) {
  calling = calls;
  offering = offers;
  giving = gives;
  result = (VkResult)next;
  room = elements;
  growth = more;
  state = seed * 0x9e3779b97f4a7c15ull | 1;
}

// Handles are given out in order; setting the number back gives the same values again, as drivers do after a destroy.
EXPORT uint64_t judge_next_handle(void) { return handles; }
EXPORT void judge_again_from(uint64_t next) { handles = next; }

EXPORT uint32_t judge_answered(void) { return answered; }

EXPORT const char *judge_log(void) { return text == NULL ? "" : text; }
EXPORT size_t judge_log_size(void) { return used; }
EXPORT void judge_forget(void) { used = 0; }

__attribute__((constructor)) static void judge_start(void) {
  struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER };
  sigaction(SIGSEGV, &action, NULL);
  sigaction(SIGBUS, &action, NULL);
  api_version = VK_MAKE_API_VERSION(0, 1, 4, 0);
}
