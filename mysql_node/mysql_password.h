#ifndef EDS_MYSQL_NODE_MYSQL_PASSWORD_H_
#define EDS_MYSQL_NODE_MYSQL_PASSWORD_H_

#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "common/random.h"
#include "common/secret.h"
#include "mysql_node/mysql_version.h"

namespace eds {

// What a server keeps in place of a password, made here so that the password
// itself never reaches the server's logs. The text holds letters, digits and
// `$ * . /` alone.
class MysqlVerifier {
 public:
  // For the authentication plugin that the release is sure to have: caching_sha2_password
  // of MySQL from 8.0 on, else mysql_native_password.
  static MysqlVerifier Make(const MysqlVersion& version, const Secret& password,
                            RandomSource& random);
  static absl::string_view PluginOf(const MysqlVersion& version);

  // Nullopt if that plugin keeps no password, or one that cannot be made here.
  static absl::optional<MysqlVerifier> ForPlugin(absl::string_view plugin, const Secret& password,
                                                 RandomSource& random);

  absl::string_view plugin() const { return plugin_; }
  const std::string& text() const { return text_.Reveal(); }

 private:
  MysqlVerifier(absl::string_view plugin, Secret text) : plugin_(plugin), text_(std::move(text)) {}

  absl::string_view plugin_;
  Secret text_;
};

// "*" and SHA-1 of SHA-1 of `password`, in upper-case hexadecimal.
Secret NativePasswordVerifier(const Secret& password);

// "$A$005$", `salt` of 20 bytes, and the 43 characters of SHA-256-crypt in 5000
// rounds. crypt(3) cannot make it: it cuts salts to 16 bytes.
Secret CachingSha2Verifier(const Secret& password, absl::string_view salt);

// Whether a server that keeps `verifier`, of any salt and number of rounds, takes `password`.
bool MatchesCachingSha2(const Secret& verifier, const Secret& password);

}  // namespace eds

#endif  // EDS_MYSQL_NODE_MYSQL_PASSWORD_H_
