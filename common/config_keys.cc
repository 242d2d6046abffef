#include "common/config_keys.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/error.h"

namespace eds {
namespace {

constexpr size_t kMaxHosts = 8;
constexpr size_t kMaxHostNameBytes = 253;
constexpr size_t kMaxLabelBytes = 63;

// What a value must be. The limits count its bytes, or bound the number that it is.
enum class Form { kHostList, kHost, kNumber, kText, kPath, kChoice, kNameList };

struct KeyRule {
  absl::string_view suffix;
  Form form;
  int64_t min;
  int64_t max;
  absl::string_view default_value;
  bool secret;
  bool required;
  absl::string_view help;
  v1::Kind only = v1::KIND_UNSPECIFIED;  // Unspecified: nodes of every kind have it.
  absl::string_view choices = "";        // Separated by commas.
};

constexpr int64_t kMaxPathBytes = 4095;
constexpr int64_t kMaxDatabases = 1'000'000;
constexpr int64_t kMaxReady = 1000;
constexpr int64_t kMaxRetentionDays = 3650;
constexpr int64_t kMaxListBytes = 2048;

// What an owner of a database may create in it without harm to others (trusted, from
// PostgreSQL 13 on).
constexpr char kHarmlessExtensions[] =
    "btree_gin,btree_gist,citext,cube,dict_int,fuzzystrmatch,hstore,intarray,isn,ltree,pg_trgm,"
    "pgcrypto,seg,tablefunc,tcn,tsm_system_rows,tsm_system_time,unaccent,uuid-ossp";

// The default of `port` depends on the kind.
constexpr KeyRule kRules[] = {
    {"host", Form::kHostList, 0, 0, "", false, true,
     "one to eight hosts, comma-separated, tried in order: names, IPv4 addresses, or IPv6 "
     "addresses in brackets"},
    {"port", Form::kNumber, 1, 65535, "", false, false, "the server's port: 1 to 65535"},
    {"user", Form::kText, 1, 128, "", false, true, "name of the administrator's account"},
    {"pass", Form::kText, 1, 512, "", true, false, "password of the administrator's account"},
    {"pass_file", Form::kPath, 1, kMaxPathBytes, "", false, false,
     "file on the node's machine whose first line is the password, instead of pass"},
    {"advertise_host", Form::kHost, 0, 0, "", false, false,
     "host that applications are told, if not the first of host"},
    {"advertise_port", Form::kNumber, 1, 65535, "", false, false,
     "port that applications are told, if not port: 1 to 65535"},
    {"tls_mode", Form::kChoice, 0, 0, "", false, false,
     "disabled, required (encrypted, but any server is believed) or verify_full (its certificate "
     "must be a known authority's for the host); not set: verify_full, disabled for a local host",
     v1::KIND_UNSPECIFIED, "disabled,required,verify_full"},
    {"tls_ca_file", Form::kPath, 1, kMaxPathBytes, "", false, false,
     "file on the node's machine with the certificates of the authorities to trust instead of the "
     "system's"},
    {"tls_cert_file", Form::kPath, 1, kMaxPathBytes, "", false, false,
     "file on the node's machine with the certificate to show to the server"},
    {"tls_key_file", Form::kPath, 1, kMaxPathBytes, "", false, false,
     "file on the node's machine with the key of tls_cert_file"},
    {"pool_size", Form::kNumber, 1, 32, "4", false, false,
     "connections kept to the server: 1 to 32"},
    {"connect_timeout", Form::kNumber, 1, 60, "5", false, false,
     "seconds until an attempt to connect is given up: 1 to 60"},
    {"max_databases", Form::kNumber, 0, kMaxDatabases, "0", false, false,
     "databases to have on the server at the most, deleted ones included: 0 (no limit) to "
     "1000000"},
    {"ready_databases", Form::kNumber, 0, kMaxReady, "4", false, false,
     "databases to keep made ahead, for each kind of options that is asked for: 0 (none) to 1000"},
    {"ready_users", Form::kNumber, 0, kMaxReady, "8", false, false,
     "logins to keep made ahead: 0 (none) to 1000"},
    {"ready_rate", Form::kNumber, 1, kMaxReady, "10", false, false,
     "databases and logins to make ahead in a second at the most: 1 to 1000"},
    {"retention_days", Form::kNumber, 0, kMaxRetentionDays, "7", false, false,
     "days for which a deleted database can be brought back: 0 (not at all) to 3650"},
    {"extensions", Form::kNameList, 1, kMaxListBytes, kHarmlessExtensions, false, false,
     "extensions that a new database may ask for, comma-separated; \"none\": none",
     v1::KIND_POSTGRESQL},
};

constexpr absl::string_view kForController[] = {
    "advertise_host", "advertise_port", "max_databases",  "ready_databases",
    "ready_users",    "ready_rate",     "retention_days", "extensions"};

bool IsAddress(int family, absl::string_view text) {
  in6_addr address;  // The larger of the two.
  return inet_pton(family, std::string(text).c_str(), &address) == 1;
}

bool IsLabel(absl::string_view label) {
  const auto legal = [](char c) { return absl::ascii_isalnum(c) || c == '-'; };
  return !label.empty() && label.size() <= kMaxLabelBytes && label.front() != '-' &&
         label.back() != '-' && std::all_of(label.begin(), label.end(), legal);
}

bool IsHost(absl::string_view host) {
  if (absl::ConsumePrefix(&host, "[")) {
    return absl::ConsumeSuffix(&host, "]") && IsAddress(AF_INET6, host);
  }
  if (host.size() > kMaxHostNameBytes) return false;
  const std::vector<absl::string_view> labels = absl::StrSplit(host, '.');
  if (!std::all_of(labels.begin(), labels.end(), IsLabel)) return false;
  // What ends in a number can only be an address: "10.0.0.256" is no name.
  const bool numeric = std::all_of(labels.back().begin(), labels.back().end(), absl::ascii_isdigit);
  return !numeric || IsAddress(AF_INET, host);
}

absl::Status CheckHosts(absl::string_view key, absl::string_view value, size_t max_hosts) {
  const std::vector<absl::string_view> hosts = absl::StrSplit(value, ',');
  if (hosts.size() > max_hosts) {
    return InvalidField(key, max_hosts == 1 ? "takes one host"
                                            : absl::StrCat("takes at most ", max_hosts, " hosts"));
  }
  if (std::all_of(hosts.begin(), hosts.end(), IsHost)) return absl::OkStatus();
  return InvalidField(key,
                      absl::StrCat("must be a host name, an IPv4 address or an IPv6 address in "
                                   "brackets",
                                   max_hosts == 1 ? "" : ", or several with commas between them",
                                   ", without spaces and ports"));
}

absl::Status CheckNumber(absl::string_view key, absl::string_view value, const KeyRule& rule) {
  const bool digits =
      !value.empty() && std::all_of(value.begin(), value.end(), absl::ascii_isdigit);
  int64_t number = 0;
  if (digits && absl::SimpleAtoi(value, &number) && number >= rule.min && number <= rule.max) {
    return absl::OkStatus();
  }
  return InvalidField(key, absl::StrCat("must be a number from ", rule.min, " to ", rule.max));
}

absl::Status CheckText(absl::string_view key, absl::string_view value, const KeyRule& rule) {
  const auto size = static_cast<int64_t>(value.size());
  if (size < rule.min) {
    return InvalidField(key, "must not be empty; to take it back to its default, unset it");
  }
  if (size > rule.max) {
    return InvalidField(key, absl::StrCat("must be at most ", rule.max, " bytes long"));
  }
  if (std::any_of(value.begin(), value.end(), absl::ascii_iscntrl)) {
    return InvalidField(key, "must not hold control characters, such as an end-of-line");
  }
  if (rule.form == Form::kPath && value.front() != '/') {
    return InvalidField(key, "must be an absolute path on the node's machine");
  }
  return absl::OkStatus();
}

absl::Status CheckChoice(absl::string_view key, absl::string_view value, const KeyRule& rule) {
  const std::vector<absl::string_view> choices = absl::StrSplit(rule.choices, ',');
  if (std::find(choices.begin(), choices.end(), value) != choices.end()) return absl::OkStatus();
  return InvalidField(key, absl::StrCat("must be one of ", absl::StrJoin(choices, ", ")));
}

absl::Status CheckNames(absl::string_view key, absl::string_view value, const KeyRule& rule) {
  const auto legal = [](char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_' || c == '-' || c == ',';
  };
  const std::vector<absl::string_view> names = absl::StrSplit(value, ',');
  if (static_cast<int64_t>(value.size()) <= rule.max &&
      std::all_of(value.begin(), value.end(), legal) &&
      std::none_of(names.begin(), names.end(), [](auto name) { return name.empty(); })) {
    return absl::OkStatus();
  }
  return InvalidField(key,
                      "must be names of lower-case letters, digits, \"_\" and \"-\" with commas "
                      "between them, without spaces");
}

absl::Status CheckValue(absl::string_view key, absl::string_view value, const KeyRule& rule) {
  switch (rule.form) {
    case Form::kHostList:
      return CheckHosts(key, value, kMaxHosts);
    case Form::kHost:
      return CheckHosts(key, value, 1);
    case Form::kNumber:
      return CheckNumber(key, value, rule);
    case Form::kText:
    case Form::kPath:
      return CheckText(key, value, rule);
    case Form::kChoice:
      return CheckChoice(key, value, rule);
    case Form::kNameList:
      return CheckNames(key, value, rule);
  }
  return absl::OkStatus();
}

bool Has(v1::Kind kind, const KeyRule& rule) {
  return rule.only == v1::KIND_UNSPECIFIED || rule.only == kind;
}

// Null if a node of `kind` has no such key.
const KeyRule* FindRule(v1::Kind kind, absl::string_view key) {
  const absl::string_view prefix = KindPrefix(kind);
  if (prefix.empty() || !absl::ConsumePrefix(&key, prefix)) return nullptr;
  if (!absl::ConsumePrefix(&key, "/")) return nullptr;
  const auto* found = std::find_if(
      std::begin(kRules), std::end(kRules),
      [kind, key](const KeyRule& rule) { return Has(kind, rule) && rule.suffix == key; });
  return found == std::end(kRules) ? nullptr : found;
}

std::string DefaultOf(v1::Kind kind, const KeyRule& rule) {
  if (rule.suffix == "port") return kind == v1::KIND_MYSQL ? "3306" : "5432";
  return std::string(rule.default_value);
}

}  // namespace

absl::string_view KindPrefix(v1::Kind kind) {
  switch (kind) {
    case v1::KIND_MYSQL:
      return "mysql";
    case v1::KIND_POSTGRESQL:
      return "postgresql";
    default:
      return "";
  }
}

std::vector<ConfigKey> KnownKeys(v1::Kind kind) {
  std::vector<ConfigKey> keys;
  if (KindPrefix(kind).empty()) return keys;
  for (const KeyRule& rule : kRules) {
    if (!Has(kind, rule)) continue;
    keys.push_back(ConfigKey{.key = absl::StrCat(KindPrefix(kind), "/", rule.suffix),
                             .secret = rule.secret,
                             .required = rule.required,
                             .default_value = DefaultOf(kind, rule),
                             .help = std::string(rule.help)});
  }
  return keys;
}

std::string DefaultOf(v1::Kind kind, absl::string_view key) {
  const KeyRule* rule = FindRule(kind, key);
  return rule == nullptr ? "" : DefaultOf(kind, *rule);
}

bool IsSecretKey(absl::string_view key) {
  for (const v1::Kind kind : {v1::KIND_MYSQL, v1::KIND_POSTGRESQL}) {
    if (const KeyRule* rule = FindRule(kind, key)) return rule->secret;
  }
  return true;
}

bool IsForController(absl::string_view key) {
  const absl::string_view suffix = key.substr(key.find('/') + 1);
  return std::find(std::begin(kForController), std::end(kForController), suffix) !=
         std::end(kForController);
}

absl::Status ValidateConfigValue(v1::Kind kind, absl::string_view key, absl::string_view value) {
  if (const KeyRule* rule = FindRule(kind, key)) return CheckValue(key, value, *rule);
  const auto append_key = [](std::string* out, const ConfigKey& known) { out->append(known.key); };
  return InvalidField(
      Reason::kUnknownKey, "key",
      absl::StrCat("this node has no key \"", absl::CHexEscape(key.substr(0, 64)), "\"; it has ",
                   absl::StrJoin(KnownKeys(kind), ", ", append_key)));
}

std::vector<std::string> ParseHostList(absl::string_view value) {
  std::vector<std::string> hosts;
  for (absl::string_view host : absl::StrSplit(value, ',')) {
    if (absl::ConsumePrefix(&host, "[")) absl::ConsumeSuffix(&host, "]");
    hosts.emplace_back(host);
  }
  return hosts;
}

}  // namespace eds
