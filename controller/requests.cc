#include "controller/requests.h"

#include <sodium/crypto_hash_sha256.h>

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/creation_options.h"
#include "common/error.h"
#include "common/identifier.h"
#include "common/status_macros.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace eds {
namespace {

constexpr size_t kMaxDisplayName = 63;
constexpr size_t kMaxRequestId = 64;
constexpr size_t kMaxOwner = 128;
constexpr int kMaxConfigEntries = 64;
constexpr size_t kMaxConfigKey = 128;
constexpr size_t kMaxConfigValue = 4096;
constexpr size_t kDefaultPage = 100;
constexpr size_t kMaxPage = 1000;
constexpr int64_t kMaxOverlapSeconds = int64_t{30} * 24 * 60 * 60;

absl::Status CheckDisplayName(absl::string_view field, absl::string_view name) {
  const auto legal = [](char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-' || c == '_' || c == '.';
  };
  if (name.empty() || name.size() > kMaxDisplayName || !absl::ascii_islower(name[0]) ||
      !std::all_of(name.begin(), name.end(), legal)) {
    return InvalidField(
        field, absl::StrCat("must be a lower-case letter, then lower-case letters, digits, \"-\", "
                            "\"_\" and \".\", at most ",
                            kMaxDisplayName, " characters in all"));
  }
  return absl::OkStatus();
}

absl::Status CheckRequestId(absl::string_view id) {
  const auto legal = [](char c) {
    return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.' || c == ':';
  };
  if (id.size() > kMaxRequestId || !std::all_of(id.begin(), id.end(), legal)) {
    return InvalidField(
        "request_id", absl::StrCat("must be at most ", kMaxRequestId,
                                   " letters, digits, \"-\", \"_\", \".\" and \":\": take a UUID"));
  }
  return absl::OkStatus();
}

// SHA-256 of the request without its id: equal for equal parameters.
template <typename Request>
std::string FingerprintOf(Request request) {
  request.clear_request_id();
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    request.SerializeToCodedStream(&coded);
  }
  std::string digest(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256(reinterpret_cast<unsigned char*>(digest.data()),
                     reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  return digest;
}

template <typename Request>
absl::StatusOr<RequestKey> ParseRequestKey(const Request& request, absl::string_view method) {
  RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  return RequestKey{.id = request.request_id(),
                    .method = std::string(method),
                    .fingerprint = FingerprintOf(request)};
}

absl::Status CheckCount(absl::string_view field, int count) {
  if (count >= 1 && count <= kMaxConfigEntries) return absl::OkStatus();
  return InvalidField(field, absl::StrCat("must be 1 to ", kMaxConfigEntries, ", not ", count));
}

absl::Status CheckKey(absl::string_view field, absl::string_view key, std::set<std::string>& seen) {
  if (key.empty() || key.size() > kMaxConfigKey) {
    return InvalidField(field,
                        absl::StrCat("must be 1 to ", kMaxConfigKey, " bytes, as in mysql/host"));
  }
  if (!seen.insert(std::string(key)).second) return InvalidField(field, "stands twice");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<NewDatabase> Parse(const v1::CreateDatabaseRequest& request) {
  const v1::Database& database = request.database();
  NewDatabase parsed{.display_name = database.display_name(),
                     .kind = database.kind(),
                     .deletion_protection = database.deletion_protection(),
                     .options = database.options()};
  ASSIGN_OR_RETURN(parsed.request, ParseRequestKey(request, "CreateDatabase"));
  if (!database.display_name().empty()) {
    RETURN_IF_ERROR(CheckDisplayName("database.display_name", database.display_name()));
  }
  if (!v1::Kind_IsValid(database.kind())) {
    return InvalidField("database.kind", "must be KIND_MYSQL or KIND_POSTGRESQL");
  }
  if (!database.node().empty()) {
    ASSIGN_OR_RETURN(parsed.node, ParseNodeName("database.node", database.node()));
  } else if (database.kind() == v1::KIND_UNSPECIFIED) {
    return InvalidField("database.kind", "is required: KIND_MYSQL or KIND_POSTGRESQL");
  }
  RETURN_IF_ERROR(CheckDatabaseOptions(database.kind(), database.options(), "database.options"));
  return parsed;
}

absl::StatusOr<DatabaseUpdate> Parse(const v1::UpdateDatabaseRequest& request) {
  const v1::Database& database = request.database();
  DatabaseUpdate parsed{.etag = database.etag()};
  ASSIGN_OR_RETURN(parsed.id, ParseDatabaseName("database.name", database.name()));
  for (const std::string& path : request.update_mask().paths()) {
    if (path == "display_name") {
      RETURN_IF_ERROR(CheckDisplayName("database.display_name", database.display_name()));
      parsed.display_name = database.display_name();
    } else if (path == "deletion_protection") {
      parsed.deletion_protection = database.deletion_protection();
    } else {
      return InvalidField("update_mask",
                          "may hold display_name and deletion_protection: nothing else can be "
                          "changed");
    }
  }
  if (request.update_mask().paths().empty()) {
    return InvalidField("update_mask", "must hold display_name, deletion_protection or both");
  }
  return parsed;
}

absl::StatusOr<DatabaseDeletion> Parse(const v1::DeleteDatabaseRequest& request) {
  DatabaseDeletion parsed{
      .etag = request.etag(), .force = request.force(), .purge_now = request.purge_now()};
  ASSIGN_OR_RETURN(parsed.request, ParseRequestKey(request, "DeleteDatabase"));
  ASSIGN_OR_RETURN(parsed.id, ParseDatabaseName("name", request.name()));
  return parsed;
}

absl::StatusOr<Undeletion> Parse(const v1::UndeleteDatabaseRequest& request) {
  Undeletion parsed{.display_name = request.display_name()};
  ASSIGN_OR_RETURN(parsed.request, ParseRequestKey(request, "UndeleteDatabase"));
  ASSIGN_OR_RETURN(parsed.id, ParseDatabaseName("name", request.name()));
  if (!request.display_name().empty()) {
    RETURN_IF_ERROR(CheckDisplayName("display_name", request.display_name()));
  }
  return parsed;
}

absl::StatusOr<Adoption> Parse(const v1::AdoptDatabaseRequest& request) {
  Adoption parsed{.display_name = request.database().display_name(),
                  .expected_owner = request.expected_owner()};
  ASSIGN_OR_RETURN(parsed.request, ParseRequestKey(request, "AdoptDatabase"));
  ASSIGN_OR_RETURN(parsed.node, ParseNodeName("database.node", request.database().node()));
  if (!parsed.display_name.empty()) {
    RETURN_IF_ERROR(CheckDisplayName("database.display_name", parsed.display_name));
  }
  ASSIGN_OR_RETURN(const Identifier name,
                   Identifier::ParseExisting(request.server_name(), "server_name"));
  parsed.server_name = name.text();
  const std::string& owner = parsed.expected_owner;
  if (owner.empty() || owner.size() > kMaxOwner ||
      std::any_of(owner.begin(), owner.end(), absl::ascii_iscntrl)) {
    return InvalidField("expected_owner",
                        absl::StrCat("must be 1 to ", kMaxOwner,
                                     " bytes without control characters: whose the database is "
                                     "now"));
  }
  return parsed;
}

absl::StatusOr<NewUser> Parse(const v1::CreateUserRequest& request) {
  NewUser parsed;
  ASSIGN_OR_RETURN(parsed.request, ParseRequestKey(request, "CreateUser"));
  ASSIGN_OR_RETURN(parsed.database, ParseDatabaseName("parent", request.parent()));
  const v1::User::Role role = request.user().role();
  if (!v1::User::Role_IsValid(role)) {
    return InvalidField("user.role",
                        "must be ROLE_OWNER, ROLE_READ_WRITE or ROLE_READ_ONLY, or left out");
  }
  if (role != v1::User::ROLE_UNSPECIFIED) parsed.role = role;
  parsed.options = request.user().options();
  RETURN_IF_ERROR(CheckUserOptions(v1::KIND_UNSPECIFIED, parsed.options, "user.options"));
  return parsed;
}

absl::StatusOr<UserDeletion> Parse(const v1::DeleteUserRequest& request) {
  UserDeletion parsed;
  ASSIGN_OR_RETURN(parsed.request, ParseRequestKey(request, "DeleteUser"));
  ASSIGN_OR_RETURN(parsed.user, ParseUserName("name", request.name()));
  return parsed;
}

absl::StatusOr<PasswordRotation> Parse(const v1::RotateUserPasswordRequest& request) {
  PasswordRotation parsed;
  ASSIGN_OR_RETURN(parsed.request, ParseRequestKey(request, "RotateUserPassword"));
  ASSIGN_OR_RETURN(parsed.user, ParseUserName("name", request.name()));
  const google::protobuf::Duration& overlap = request.overlap();
  if (overlap.nanos() != 0 || overlap.seconds() < 0 || overlap.seconds() > kMaxOverlapSeconds) {
    return InvalidField("overlap", "must be whole seconds, at most 30 days");
  }
  parsed.overlap = absl::Seconds(overlap.seconds());
  return parsed;
}

absl::StatusOr<OverlapEnd> Parse(const v1::EndPasswordOverlapRequest& request) {
  OverlapEnd parsed;
  ASSIGN_OR_RETURN(parsed.request, ParseRequestKey(request, "EndPasswordOverlap"));
  ASSIGN_OR_RETURN(parsed.user, ParseUserName("name", request.name()));
  return parsed;
}

absl::StatusOr<AdminRotation> Parse(const v1::RotateAdminPasswordRequest& request) {
  AdminRotation parsed;
  ASSIGN_OR_RETURN(parsed.request, ParseRequestKey(request, "RotateAdminPassword"));
  ASSIGN_OR_RETURN(parsed.node, ParseNodeName("name", request.name()));
  return parsed;
}

absl::StatusOr<ConfigChange> Parse(const v1::SetConfigRequest& request) {
  ConfigChange parsed;
  ASSIGN_OR_RETURN(parsed.request, ParseRequestKey(request, "SetConfig"));
  ASSIGN_OR_RETURN(parsed.node, ParseConfigName("name", request.name()));
  RETURN_IF_ERROR(CheckCount("entries", request.entries_size()));
  std::set<std::string> seen;
  for (int i = 0; i < request.entries_size(); ++i) {
    const v1::ConfigEntry& entry = request.entries(i);
    RETURN_IF_ERROR(CheckKey(absl::StrCat("entries[", i, "].key"), entry.key(), seen));
    if (entry.value().size() > kMaxConfigValue) {
      return InvalidField(absl::StrCat("entries[", i, "].value"),
                          absl::StrCat("must be at most ", kMaxConfigValue, " bytes"));
    }
    parsed.values.emplace_back(entry.key(), entry.value());
  }
  return parsed;
}

absl::StatusOr<ConfigReset> Parse(const v1::UnsetConfigRequest& request) {
  ConfigReset parsed;
  ASSIGN_OR_RETURN(parsed.request, ParseRequestKey(request, "UnsetConfig"));
  ASSIGN_OR_RETURN(parsed.node, ParseConfigName("name", request.name()));
  RETURN_IF_ERROR(CheckCount("keys", request.keys_size()));
  std::set<std::string> seen;
  for (int i = 0; i < request.keys_size(); ++i) {
    RETURN_IF_ERROR(CheckKey(absl::StrCat("keys[", i, "]"), request.keys(i), seen));
    parsed.keys.push_back(request.keys(i));
  }
  return parsed;
}

absl::StatusOr<size_t> ParsePageSize(int page_size) {
  if (page_size < 0) return InvalidField("page_size", "must not be negative");
  if (page_size == 0) return kDefaultPage;
  return std::min<size_t>(page_size, kMaxPage);
}

}  // namespace eds
