#include "controller/sealer.h"

#include <sodium.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "controller/key_file.h"

namespace eds {
namespace {

// A sealed text is this byte, a nonce, then the ciphertext with its code.
constexpr char kVersion = 1;
constexpr size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kCodeBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr size_t kOverheadBytes = 1 + kNonceBytes + kCodeBytes;

constexpr char kKeyPurpose[crypto_kdf_CONTEXTBYTES + 1] = "eds-key1";
constexpr uint64_t kSealing = 1;
constexpr uint64_t kAuthenticating = 2;

static_assert(kKeyBytes == crypto_kdf_KEYBYTES);

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

absl::StatusOr<Secret> ReadOrCreateKey(const std::string& path, Sealer::IfMissing if_missing) {
  absl::StatusOr<Secret> key = ReadKeyFile(path);
  if (!absl::IsNotFound(key.status())) return key;
  if (if_missing == Sealer::IfMissing::kFail) {
    return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kStoreUnavailable,
                     absl::StrCat("the key file ", path,
                                  " is missing, and the store cannot be read without it: restore "
                                  "it from a backup, or begin with a new store"));
  }
  RETURN_IF_ERROR(CreateKeyFile(path));
  return ReadKeyFile(path);
}

}  // namespace

struct Sealer::Keys {
  unsigned char sealing[crypto_aead_xchacha20poly1305_ietf_KEYBYTES];
  unsigned char authenticating[crypto_auth_KEYBYTES];
};

void Sealer::Free::operator()(Keys* keys) const { sodium_free(keys); }

Sealer::Sealer(std::unique_ptr<Keys, Free> keys) : keys_(std::move(keys)) {}

absl::StatusOr<std::unique_ptr<Sealer>> Sealer::Open(const std::string& key_file,
                                                     IfMissing if_missing) {
  if (sodium_init() < 0) {
    return MakeError(absl::StatusCode::kInternal, Reason::kInternal, "libsodium does not start");
  }
  ASSIGN_OR_RETURN(const Secret key, ReadOrCreateKey(key_file, if_missing));
  std::unique_ptr<Keys, Free> keys(static_cast<Keys*>(sodium_malloc(sizeof(Keys))));
  if (keys == nullptr) {
    return MakeError(absl::StatusCode::kUnavailable, Reason::kStoreUnavailable,
                     "there is no memory for the keys");
  }
  crypto_kdf_derive_from_key(keys->sealing, sizeof(keys->sealing), kSealing, kKeyPurpose,
                             Bytes(key.Reveal()));
  crypto_kdf_derive_from_key(keys->authenticating, sizeof(keys->authenticating), kAuthenticating,
                             kKeyPurpose, Bytes(key.Reveal()));
  return std::unique_ptr<Sealer>(new Sealer(std::move(keys)));
}

std::string Sealer::Seal(const Secret& secret, absl::string_view context) const {
  const std::string& text = secret.Reveal();
  std::string sealed(text.size() + kOverheadBytes, kVersion);
  unsigned char* const nonce = Bytes(sealed) + 1;
  randombytes_buf(nonce, kNonceBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + kNonceBytes, nullptr, Bytes(text), text.size(),
                                             Bytes(context), context.size(), nullptr, nonce,
                                             keys_->sealing);
  return sealed;
}

absl::StatusOr<Secret> Sealer::Unseal(absl::string_view sealed, absl::string_view context) const {
  if (sealed.size() >= kOverheadBytes && sealed[0] == kVersion) {
    const unsigned char* const nonce = Bytes(sealed) + 1;
    std::string text(sealed.size() - kOverheadBytes, '\0');
    const int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(
        Bytes(text), nullptr, nullptr, nonce + kNonceBytes, text.size() + kCodeBytes,
        Bytes(context), context.size(), nonce, keys_->sealing);
    if (failed == 0) return Secret(std::move(text));
  }
  return MakeError(absl::StatusCode::kDataLoss, Reason::kStoreCorrupt,
                   "a sealed value cannot be opened: the key file is not this store's, or the "
                   "store was changed; restore both from the same backup");
}

std::string Sealer::Authenticate(absl::string_view text) const {
  std::string code(crypto_auth_BYTES, '\0');
  crypto_auth(Bytes(code), Bytes(text), text.size(), keys_->authenticating);
  return code;
}

bool Sealer::Verify(absl::string_view text, absl::string_view code) const {
  return code.size() == crypto_auth_BYTES &&
         crypto_auth_verify(Bytes(code), Bytes(text), text.size(), keys_->authenticating) == 0;
}

}  // namespace eds
