#ifndef EDS_POSTGRESQL_NODE_POSTGRESQL_PASSWORD_H_
#define EDS_POSTGRESQL_NODE_POSTGRESQL_PASSWORD_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "common/secret.h"

namespace eds {

// What the server keeps of a password, checked to be of the form
// `SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey` or, for releases before 10, `md5` and
// 32 hexadecimal digits. The server would take text of any other form for a password in clear. It
// logs in nobody, but lets its holder try passwords: still a secret.
class PasswordVerifier {
 public:
  // kInternal if `text` is not of that form.
  static absl::StatusOr<PasswordVerifier> Parse(const std::string& text);

  // Letters, digits and `$+/:=-` only: nothing that SQL would have to quote.
  const std::string& Reveal() const { return text_.Reveal(); }

 private:
  explicit PasswordVerifier(Secret text) : text_(std::move(text)) {}

  Secret text_;
};

}  // namespace eds

#endif  // EDS_POSTGRESQL_NODE_POSTGRESQL_PASSWORD_H_
