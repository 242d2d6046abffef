#include "mysql_node/mysql_password.h"

#include <openssl/evp.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace eds {
namespace {

constexpr char kNative[] = "mysql_native_password";
constexpr char kCachingSha2[] = "caching_sha2_password";

constexpr size_t kSaltLength = 20;
constexpr char kAlphabet[] = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
// With thousands of rounds, hexadecimal.
constexpr absl::string_view kPrefix = "$A$005$";
constexpr size_t kRoundsAt = 3;
constexpr size_t kRoundsLength = 3;

// One digest after another, in one context.
class Digest {
 public:
  explicit Digest(const EVP_MD* algorithm) : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    EVP_DigestInit_ex(context_.get(), algorithm, nullptr);
  }

  Digest& Add(absl::string_view text) {
    EVP_DigestUpdate(context_.get(), text.data(), text.size());
    return *this;
  }

  std::string Finish() {
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    EVP_DigestFinal_ex(context_.get(), bytes, &size);
    EVP_DigestInit_ex(context_.get(), nullptr, nullptr);
    return std::string(reinterpret_cast<char*>(bytes), size);
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

// `text` over and over, cut to `size`.
std::string Repeat(absl::string_view text, size_t size) {
  std::string result;
  while (result.size() < size) {
    absl::StrAppend(&result, text.substr(0, size - result.size()));
  }
  return result;
}

// The alphabet and the order of bytes of SHA-256-crypt.
std::string EncodeSha256Crypt(absl::string_view digest) {
  std::string result;
  const auto append = [&result](uint32_t value, int characters) {
    for (; characters > 0; --characters, value >>= 6) result.push_back(kAlphabet[value & 0x3f]);
  };
  const auto byte = [&digest](int i) -> uint32_t { return uint8_t(digest[i]); };
  for (int i = 0, high = 0, middle = 10, low = 20; i < 10; ++i) {
    append(byte(high) << 16 | byte(middle) << 8 | byte(low), 4);
    const int next = low + 1;
    low = middle + 1;
    middle = high + 1;
    high = next;
  }
  append(byte(31) << 8 | byte(30), 3);
  return result;
}

// The first digest, which the rounds begin with.
std::string MixPasswordAndSalt(Digest& sha256, absl::string_view password, absl::string_view salt) {
  const std::string inner = sha256.Add(password).Add(salt).Add(password).Finish();
  sha256.Add(password).Add(salt).Add(Repeat(inner, password.size()));
  for (size_t bits = password.size(); bits > 0; bits >>= 1) {
    sha256.Add((bits & 1) != 0 ? absl::string_view(inner) : password);
  }
  return sha256.Finish();
}

// SHA-256-crypt as Ulrich Drepper specified it, for a salt of any length.
std::string Sha256Crypt(absl::string_view password, absl::string_view salt, int rounds) {
  Digest sha256(EVP_sha256());
  std::string digest = MixPasswordAndSalt(sha256, password, salt);
  for (size_t i = 0; i < password.size(); ++i) sha256.Add(password);
  const std::string p = Repeat(sha256.Finish(), password.size());
  for (int i = 0; i < 16 + uint8_t(digest[0]); ++i) sha256.Add(salt);
  const std::string s = Repeat(sha256.Finish(), salt.size());
  for (int round = 0; round < rounds; ++round) {
    const bool odd = round % 2 != 0;
    sha256.Add(odd ? p : digest);
    if (round % 3 != 0) sha256.Add(s);
    if (round % 7 != 0) sha256.Add(p);
    sha256.Add(odd ? digest : p);
    digest = sha256.Finish();
  }
  return EncodeSha256Crypt(digest);
}

// `prefix` is like kPrefix.
Secret MakeCachingSha2(const Secret& password, absl::string_view prefix, absl::string_view salt) {
  int thousands = 0;
  if (!absl::SimpleHexAtoi(prefix.substr(kRoundsAt, kRoundsLength), &thousands)) return Secret();
  return Secret(absl::StrCat(prefix, salt, Sha256Crypt(password.Reveal(), salt, thousands * 1000)));
}

}  // namespace

absl::string_view MysqlVerifier::PluginOf(const MysqlVersion& version) {
  return HasCachingSha2(version) ? kCachingSha2 : kNative;
}

MysqlVerifier MysqlVerifier::Make(const MysqlVersion& version, const Secret& password,
                                  RandomSource& random) {
  return *ForPlugin(PluginOf(version), password, random);
}

absl::optional<MysqlVerifier> MysqlVerifier::ForPlugin(absl::string_view plugin,
                                                       const Secret& password,
                                                       RandomSource& random) {
  if (plugin == kNative) return MysqlVerifier(kNative, NativePasswordVerifier(password));
  if (plugin != kCachingSha2) return absl::nullopt;
  // A salt of letters and digits needs no escapes; 100 random bits are in it.
  const std::string salt = RandomBase32(random, kSaltLength);
  return MysqlVerifier(kCachingSha2, CachingSha2Verifier(password, salt));
}

Secret NativePasswordVerifier(const Secret& password) {
  Digest sha1(EVP_sha1());
  const std::string inner = sha1.Add(password.Reveal()).Finish();
  const std::string outer = sha1.Add(inner).Finish();
  return Secret(absl::StrCat("*", absl::AsciiStrToUpper(absl::BytesToHexString(outer))));
}

Secret CachingSha2Verifier(const Secret& password, absl::string_view salt) {
  return MakeCachingSha2(password, kPrefix, salt);
}

bool MatchesCachingSha2(const Secret& verifier, const Secret& password) {
  const absl::string_view text = verifier.Reveal();
  if (text.size() <= kPrefix.size() + kSaltLength) return false;
  return verifier == MakeCachingSha2(password, text.substr(0, kPrefix.size()),
                                     text.substr(kPrefix.size(), kSaltLength));
}

}  // namespace eds
