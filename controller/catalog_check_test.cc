#include "controller/catalog_check.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status_matchers.h"
#include "controller/catalog_keys.h"
#include "controller/provisioning_harness.h"
#include "controller/state/memory_store.h"

namespace eds {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// As "key: problem".
std::vector<std::string> Findings(StateStore& store) {
  const auto findings = CheckCatalog(store, 100);
  EXPECT_THAT(findings, IsOk());
  std::vector<std::string> lines;
  for (const StoreFinding& finding : *findings) {
    lines.push_back(absl::StrCat(finding.key, ": ", finding.problem));
  }
  return lines;
}

class CatalogCheckTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto database = harness_.CreateDatabase("r1", "shop");
    ASSERT_THAT(database, IsOk());
    database_ = *database;
    const auto user = harness_.CreateUser(database_.record.id(), "r2");
    ASSERT_THAT(user, IsOk());
    user_ = *user;
  }

  StateStore& store() { return harness_.store(); }
  std::string key() const { return catalog_keys::Of(database_.record); }
  std::string user_key() const { return catalog_keys::Of(user_.record); }
  void Commit(const Transaction& transaction) { ASSERT_THAT(store().Commit(transaction), IsOk()); }
  void Write(const std::string& key, const std::string& value) {
    Commit({.writes = {{key, value}}});
  }

  ProvisioningHarness harness_;
  StoredDatabase database_;
  StoredUser user_;
};

TEST_F(CatalogCheckTest, FindsNothingInWhatTheCatalogWrites) {
  ASSERT_THAT(harness_.configs().Set("mysql_node", {{"mysql/host", "db"}}, false, false,
                                     {.id = "c1", .method = "SetConfig"}),
              IsOk());
  EXPECT_THAT(Findings(*NewMemoryStore()), IsEmpty());
  EXPECT_THAT(Findings(store()), IsEmpty());
  ASSERT_THAT(harness_.Rotate(user_), IsOk());
  EXPECT_THAT(Findings(store()), IsEmpty());
  ASSERT_THAT(harness_.DeleteDatabase(database_.record.id(), /*force=*/true), IsOk());
  EXPECT_THAT(Findings(store()), IsEmpty());
  ASSERT_THAT(harness_.UndeleteDatabase(database_.record.id()), IsOk());
  EXPECT_THAT(Findings(store()), IsEmpty());
  ASSERT_THAT(harness_.DeleteDatabase(database_.record.id(), /*force=*/true), IsOk());
  ASSERT_THAT(harness_.PurgeDatabase(database_.record.id()), IsOk());
  EXPECT_THAT(Findings(store()), IsEmpty());
}

TEST_F(CatalogCheckTest, FindsNothingInWhatAFailedCommitLeaves) {
  const absl::Status full = absl::UnavailableError("full");
  for (const auto outcome : {FailingStore::Outcome::kNotDone, FailingStore::Outcome::kDone}) {
    for (int commit = 1; commit <= 3; ++commit) {
      harness_.store().FailCommit(commit, outcome, full);
      harness_.CreateDatabase().status().IgnoreError();
      harness_.store().FailCommit(commit, outcome, full);
      harness_.Rotate(user_).status().IgnoreError();
      EXPECT_THAT(Findings(store()), IsEmpty()) << commit;
      ASSERT_THAT(harness_.FinishAll(), IsOk());
      EXPECT_THAT(Findings(store()), IsEmpty()) << commit;
      user_ = harness_.catalog().GetUser(user_.record.database(), user_.record.id()).value();
    }
  }
}

TEST_F(CatalogCheckTest, ADisplayNameIsThereForEachDatabaseAndNoOther) {
  Commit({.deletes = {"display-names/shop"}});
  EXPECT_THAT(Findings(store()), ElementsAre(key() + ": lacks display-names/shop"));
  Write("display-names/shop", "another");
  EXPECT_THAT(Findings(store()),
              ElementsAre(key() + ": does not fit display-names/shop",
                          "display-names/shop: belongs to databases/another, which is not there"));
  Write("display-names/shop", database_.record.id());
  Write("display-names/stale", database_.record.id());
  EXPECT_THAT(Findings(store()), ElementsAre("display-names/stale: does not fit " + key()));
}

TEST_F(CatalogCheckTest, ADeletedDatabaseExpiresAndHasNoName) {
  ASSERT_THAT(harness_.DeleteDatabase(database_.record.id(), /*force=*/true), IsOk());
  const auto expiring = store().List("expiring/", "", 10);
  ASSERT_EQ(expiring->size(), 1u);
  Commit({.deletes = {expiring->front().key}});
  EXPECT_THAT(Findings(store()), ElementsAre(key() + ": lacks " + expiring->front().key));
  Write(expiring->front().key, "");
  Write("display-names/shop", database_.record.id());
  EXPECT_THAT(Findings(store()), ElementsAre("display-names/shop: does not fit " + key()));
}

TEST_F(CatalogCheckTest, AUserHasItsDatabase) {
  state::v1::UserRecord lost = user_.record;
  lost.set_database("gone");
  Write(catalog_keys::Of(lost), lost.SerializeAsString());
  EXPECT_THAT(Findings(store()),
              ElementsAre(catalog_keys::Of(lost) + ": is of databases/gone, which is not there"));
}

TEST_F(CatalogCheckTest, ExactlyWhatIsNotFinalIsMarkedUnfinished) {
  const std::string mark =
      absl::StrCat("unfinished/databases/", user_.record.database(), "/users/", user_.record.id());
  Write(mark, "");
  EXPECT_THAT(Findings(store()), ElementsAre(mark + ": does not fit " + user_key()));
  Commit({.deletes = {mark}});
  state::v1::UserRecord rotating = user_.record;
  rotating.set_state(v1::User::STATE_ROTATING);
  Write(user_key(), rotating.SerializeAsString());
  EXPECT_THAT(Findings(store()), ElementsAre(user_key() + ": lacks " + mark));
  Write(user_key(), user_.record.SerializeAsString());
  Write("unfinished/databases/none", "");
  Write("unfinished/something", "");
  EXPECT_THAT(
      Findings(store()),
      ElementsAre("unfinished/databases/none: belongs to databases/none, which is not there",
                  "unfinished/something: is about no resource"));
}

TEST_F(CatalogCheckTest, EachRecordCanBeReadAndIsUnderItsOwnKey) {
  for (const char* kind :
       {"databases/", "users/x/", "nodes/", "configs/", "requests/", "purges/", "zebra/"}) {
    Write(absl::StrCat(kind, "x"), "\xff garbage");
  }
  Write("databases/y", database_.record.SerializeAsString());
  EXPECT_THAT(Findings(store()),
              UnorderedElementsAre("databases/x: cannot be read", "users/x/x: cannot be read",
                                   "nodes/x: cannot be read", "configs/x: cannot be read",
                                   "requests/x: cannot be read", "purges/x: cannot be read",
                                   "zebra/x: is of no kind that is known",
                                   "databases/y: is the record " + key()));
  EXPECT_EQ(CheckCatalog(store(), 3)->size(), 3u);
}

TEST_F(CatalogCheckTest, FailsIfTheStoreDoes) {
  harness_.store().FailEverything(absl::DataLossError("damaged"));
  EXPECT_THAT(CheckCatalog(store(), 10), HasCode(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace eds
