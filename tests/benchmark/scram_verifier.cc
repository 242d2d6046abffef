#include "tests/benchmark/scram_verifier.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace eds::benchmark {
namespace {

constexpr int kRounds = 4096;

using Bytes = std::basic_string<unsigned char>;

Bytes Salted(const Secret& password, const std::string& salt) {
  Bytes key(SHA256_DIGEST_LENGTH, 0);
  PKCS5_PBKDF2_HMAC(password.Reveal().data(), static_cast<int>(password.Reveal().size()),
                    reinterpret_cast<const unsigned char*>(salt.data()),
                    static_cast<int>(salt.size()), kRounds, EVP_sha256(),
                    static_cast<int>(key.size()), key.data());
  return key;
}

Bytes Signed(const Bytes& key, const std::string& text) {
  Bytes result(SHA256_DIGEST_LENGTH, 0);
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), result.data(), nullptr);
  return result;
}

std::string Base64(const Bytes& bytes) {
  return absl::Base64Escape(std::string(bytes.begin(), bytes.end()));
}

}  // namespace

Secret ScramVerifier(const Secret& password, const std::string& salt) {
  const Bytes salted = Salted(password, salt);
  const Bytes client_key = Signed(salted, "Client Key");
  Bytes stored_key(SHA256_DIGEST_LENGTH, 0);
  SHA256(client_key.data(), client_key.size(), stored_key.data());
  return Secret(absl::StrCat("SCRAM-SHA-256$", kRounds, ":", absl::Base64Escape(salt), "$",
                             Base64(stored_key), ":", Base64(Signed(salted, "Server Key"))));
}

}  // namespace eds::benchmark
