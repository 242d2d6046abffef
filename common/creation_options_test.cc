#include "common/creation_options.h"

#include <functional>
#include <string>

#include "common/status_matchers.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

using DatabaseChange = std::function<void(v1::DatabaseOptions&)>;
using UserChange = std::function<void(v1::UserOptions&)>;

absl::Status CheckDatabase(v1::Kind kind, const DatabaseChange& change) {
  v1::DatabaseOptions options;
  change(options);
  return CheckDatabaseOptions(kind, options, "database.options");
}

absl::Status CheckUser(v1::Kind kind, const UserChange& change) {
  v1::UserOptions options;
  change(options);
  return CheckUserOptions(kind, options, "user.options");
}

TEST(CreationOptions, WithoutAnyAllIsWell) {
  for (const v1::Kind kind : {v1::KIND_UNSPECIFIED, v1::KIND_MYSQL, v1::KIND_POSTGRESQL}) {
    EXPECT_THAT(CheckDatabaseOptions(kind, {}, "o"), IsOk());
    EXPECT_THAT(CheckUserOptions(kind, {}, "o"), IsOk());
  }
}

TEST(CreationOptions, EachEngineHasItsOwn) {
  const DatabaseChange of_mysql[] = {[](auto& o) { o.set_character_set("latin1"); },
                                     [](auto& o) { o.set_collation("utf8mb4_bin"); }};
  const DatabaseChange of_postgresql[] = {
      [](auto& o) { o.set_encoding("LATIN1"); }, [](auto& o) { o.set_locale("de_DE.UTF-8@euro"); },
      [](auto& o) { o.add_extensions("uuid-ossp"); }, [](auto& o) { o.set_connection_limit(10); }};
  for (const DatabaseChange& change : of_mysql) {
    EXPECT_THAT(CheckDatabase(v1::KIND_MYSQL, change), IsOk());
    EXPECT_THAT(CheckDatabase(v1::KIND_UNSPECIFIED, change), IsOk());
    EXPECT_THAT(CheckDatabase(v1::KIND_POSTGRESQL, change),
                HasCode(absl::StatusCode::kInvalidArgument));
  }
  for (const DatabaseChange& change : of_postgresql) {
    EXPECT_THAT(CheckDatabase(v1::KIND_POSTGRESQL, change), IsOk());
    EXPECT_THAT(CheckDatabase(v1::KIND_UNSPECIFIED, change), IsOk());
    EXPECT_THAT(CheckDatabase(v1::KIND_MYSQL, change), HasCode(absl::StatusCode::kInvalidArgument));
  }
  const UserChange tls = [](auto& o) { o.set_require_tls(true); };
  EXPECT_THAT(CheckUser(v1::KIND_MYSQL, tls), IsOk());
  EXPECT_THAT(CheckUser(v1::KIND_POSTGRESQL, tls), HasCode(absl::StatusCode::kInvalidArgument));
}

TEST(CreationOptions, NothingThatCouldEndAQuoteGetsThrough) {
  for (const std::string text : {"a'b", "a\"b", "a`b", "a b", "a;b", "a\\b", "\xc3\xa4"}) {
    EXPECT_FALSE(CheckDatabase(v1::KIND_MYSQL, [&](auto& o) { o.set_character_set(text); }).ok())
        << text;
    EXPECT_FALSE(CheckDatabase(v1::KIND_MYSQL, [&](auto& o) { o.set_collation(text); }).ok())
        << text;
    EXPECT_FALSE(CheckDatabase(v1::KIND_POSTGRESQL, [&](auto& o) { o.set_encoding(text); }).ok())
        << text;
    EXPECT_FALSE(CheckDatabase(v1::KIND_POSTGRESQL, [&](auto& o) { o.set_locale(text); }).ok())
        << text;
    EXPECT_FALSE(CheckDatabase(v1::KIND_POSTGRESQL, [&](auto& o) { o.add_extensions(text); }).ok())
        << text;
  }
  EXPECT_FALSE(
      CheckDatabase(v1::KIND_MYSQL, [&](auto& o) { o.set_collation(std::string(65, 'a')); }).ok());
}

TEST(CreationOptions, AnErrorNamesTheField) {
  const absl::Status status = CheckDatabase(v1::KIND_POSTGRESQL, [](v1::DatabaseOptions& options) {
    options.add_extensions("citext");
    options.add_extensions("citext");
  });
  EXPECT_NE(status.ToString().find("database.options.extensions[1]"), std::string::npos) << status;
}

TEST(CreationOptions, LimitsAreBounded) {
  for (const int limit : {-1, 10'001}) {
    EXPECT_FALSE(CheckDatabase(v1::KIND_POSTGRESQL, [&](v1::DatabaseOptions& o) {
                   o.set_connection_limit(limit);
                 }).ok());
    EXPECT_FALSE(
        CheckUser(v1::KIND_MYSQL, [&](v1::UserOptions& o) { o.set_connection_limit(limit); }).ok());
  }
}

TEST(CreationOptions, AStatementMayTakeAMillisecondToADay) {
  const auto with = [](int64_t seconds, int32_t nanos) {
    return CheckUser(v1::KIND_POSTGRESQL, [&](v1::UserOptions& options) {
      options.mutable_statement_timeout()->set_seconds(seconds);
      options.mutable_statement_timeout()->set_nanos(nanos);
    });
  };
  EXPECT_THAT(with(0, 1'000'000), IsOk());
  EXPECT_THAT(with(86'400, 0), IsOk());
  EXPECT_FALSE(with(0, 0).ok());
  EXPECT_FALSE(with(0, 1).ok());
  EXPECT_FALSE(with(-1, 0).ok());
  EXPECT_FALSE(with(1, -1'000'000).ok());
  EXPECT_FALSE(with(86'400, 1'000'000).ok());
}

}  // namespace
}  // namespace eds
