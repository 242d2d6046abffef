#include "controller/state/checksum.h"

#include <sodium.h>

#include <cstring>

namespace eds {
namespace {

// Part of the format of the file: the same everywhere, for ever.
constexpr unsigned char kKey[crypto_shorthash_KEYBYTES + 1] = "eds-state-store2";

static_assert(crypto_shorthash_BYTES == sizeof(uint64_t));
static_assert(crypto_shorthash_KEYBYTES == 2 * sizeof(uint64_t));

void PutLittleEndian(uint64_t number, unsigned char* bytes) {
  for (size_t i = 0; i < sizeof(number); ++i)
    bytes[i] = static_cast<unsigned char>(number >> 8 * i);
}

uint64_t GetLittleEndian(const unsigned char* bytes) {
  uint64_t number = 0;
  for (size_t i = 0; i < sizeof(number); ++i) number |= uint64_t{bytes[i]} << 8 * i;
  return number;
}

void Hash(absl::string_view text, const unsigned char* key, unsigned char* hash) {
  crypto_shorthash(hash, reinterpret_cast<const unsigned char*>(text.data()), text.size(), key);
}

}  // namespace

// The value is hashed under what the key hashes to and the version.
uint64_t ChecksumOf(absl::string_view key, int64_t version, absl::string_view value) {
  unsigned char inner[crypto_shorthash_KEYBYTES];
  unsigned char outer[crypto_shorthash_BYTES];
  Hash(key, kKey, inner);
  PutLittleEndian(static_cast<uint64_t>(version), inner + crypto_shorthash_BYTES);
  Hash(value, inner, outer);
  return GetLittleEndian(outer);
}

}  // namespace eds
