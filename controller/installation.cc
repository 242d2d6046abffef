#include "controller/installation.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/secret.h"
#include "common/status_macros.h"
#include "eds/state/v1/records.pb.h"

namespace eds {
namespace {

constexpr char kKey[] = "installation";
constexpr char kKeyCheckContext[] = "installation#key_check";
constexpr char kKeyCheck[] = "the key file belongs to this store";
constexpr size_t kIdLength = 8;
constexpr size_t kClaimKeyLength = 26;
constexpr int kFormat = 1;

absl::Status NotThisStore(const std::string& key_file) {
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kStoreCorrupt,
                   absl::StrCat("the key file ", key_file,
                                " belongs to another store: name with --key_file the one that was "
                                "made with this store"));
}

absl::StatusOr<Installation> Create(StateStore& store, const std::string& key_file,
                                    RandomSource& random) {
  ASSIGN_OR_RETURN(std::unique_ptr<Sealer> sealer,
                   Sealer::Open(key_file, Sealer::IfMissing::kCreate));
  state::v1::InstallationRecord record;
  record.set_id(RandomBase32(random, kIdLength));
  record.set_format(kFormat);
  record.set_key_check(sealer->Seal(Secret(kKeyCheck), kKeyCheckContext));
  RETURN_IF_ERROR(
      store.Commit({.preconditions = {{kKey, 0}}, .writes = {{kKey, record.SerializeAsString()}}})
          .status());
  return Installation{.id = record.id(), .sealer = std::move(sealer)};
}

absl::StatusOr<Installation> Read(const StoredEntry& entry, const std::string& key_file) {
  state::v1::InstallationRecord record;
  if (!record.ParseFromString(entry.value) || record.format() != kFormat) {
    return MakeError(absl::StatusCode::kDataLoss, Reason::kStoreCorrupt,
                     "the store was written by another version of the controller, or is damaged");
  }
  ASSIGN_OR_RETURN(std::unique_ptr<Sealer> sealer,
                   Sealer::Open(key_file, Sealer::IfMissing::kFail));
  if (!sealer->Unseal(record.key_check(), kKeyCheckContext).ok()) {
    return NotThisStore(key_file);
  }
  return Installation{.id = record.id(), .sealer = std::move(sealer)};
}

}  // namespace

absl::StatusOr<Installation> OpenInstallation(StateStore& store, const std::string& key_file,
                                              RandomSource& random) {
  const absl::StatusOr<StoredEntry> entry = store.Get(kKey);
  if (entry.status().code() == absl::StatusCode::kNotFound) return Create(store, key_file, random);
  RETURN_IF_ERROR(entry.status());
  return Read(*entry, key_file);
}

Secret ClaimKeyOf(const Installation& installation) {
  const std::string code =
      installation.sealer->Authenticate(absl::StrCat("claim key of ", installation.id));
  std::string key;
  for (const char byte : absl::string_view(code).substr(0, kClaimKeyLength)) {
    key.push_back("abcdefghijklmnopqrstuvwxyz234567"[byte & 31]);
  }
  return Secret(std::move(key));
}

absl::Status CheckKeyFile(StateStore& store, const std::string& key_file) {
  ASSIGN_OR_RETURN(const StoredEntry entry, store.Get(kKey));
  return Read(entry, key_file).status();
}

}  // namespace eds
