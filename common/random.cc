#include "common/random.h"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include "absl/strings/string_view.h"

namespace eds {
namespace {

constexpr size_t kPasswordLength = 32;

// Characters of `alphabet`, each as likely as any other.
std::string RandomText(RandomSource& random, absl::string_view alphabet, size_t length) {
  const size_t fair = 256 - 256 % alphabet.size();
  std::string text;
  text.reserve(length);
  while (text.size() < length) {
    uint8_t bytes[64];
    random.Fill(bytes);
    for (const uint8_t byte : bytes) {
      if (byte < fair && text.size() < length) text.push_back(alphabet[byte % alphabet.size()]);
    }
  }
  return text;
}

}  // namespace

void SystemRandom::Fill(std::span<uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t got = getrandom(bytes.data(), bytes.size(), 0);
    if (got < 0) {
      if (errno == EINTR) continue;
      std::abort();  // Without randomness no name and no password is safe.
    }
    bytes = bytes.subspan(static_cast<size_t>(got));
  }
}

std::string RandomBase32(RandomSource& random, size_t length) {
  return RandomText(random, "abcdefghijklmnopqrstuvwxyz234567", length);
}

std::string RandomDigits(RandomSource& random, size_t count) {
  if (count == 0) return "";
  return RandomText(random, "123456789", 1) + RandomText(random, "0123456789", count - 1);
}

Secret RandomPassword(RandomSource& random) {
  return Secret(RandomText(random, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
                           kPasswordLength));
}

}  // namespace eds
