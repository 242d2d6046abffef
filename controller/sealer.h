#ifndef EDS_CONTROLLER_SEALER_H_
#define EDS_CONTROLLER_SEALER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/secret.h"

namespace eds {

// Seals what the store must not hold in clear, under a key that lies in a file of its
// own: whoever reads the store, or a backup of it, learns nothing without that file.
// Thread-safe. The keys in memory are kept from swap and wiped.
class Sealer {
 public:
  // A store with sealed values in it is of no use without its key, and a new key
  // would hide that: so a new one is made only for a new store.
  enum class IfMissing { kCreate, kFail };

  // Reads the key file, or makes it, with mode 0600 and durably. Of several processes
  // that make it at once all read the same key.
  //   kFailedPrecondition  it is missing and may not be made, or not this user's
  //                        alone; the message says what to do;
  //   kDataLoss            (kStoreCorrupt) it is not a key file;
  //   kUnavailable         it cannot be read or written.
  static absl::StatusOr<std::unique_ptr<Sealer>> Open(const std::string& key_file,
                                                      IfMissing if_missing);

  // `secret`, to be opened only by the same key and with the same `context`: the key
  // and field of its record, so that a sealed value cannot be moved to another one.
  std::string Seal(const Secret& secret, absl::string_view context) const;

  // kDataLoss (kStoreCorrupt) if `sealed` was not sealed so, or was changed since.
  absl::StatusOr<Secret> Unseal(absl::string_view sealed, absl::string_view context) const;

  // A code of 32 bytes that only the key's holder can make: for what a client carries
  // and must not change, such as page tokens. Begin `text` with what it is for.
  std::string Authenticate(absl::string_view text) const;
  bool Verify(absl::string_view text, absl::string_view code) const;

 private:
  struct Keys;
  struct Free {
    void operator()(Keys* keys) const;
  };

  explicit Sealer(std::unique_ptr<Keys, Free> keys);

  const std::unique_ptr<Keys, Free> keys_;
};

}  // namespace eds

#endif  // EDS_CONTROLLER_SEALER_H_
