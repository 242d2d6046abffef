#include "tools/cli/store_commands.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "controller/catalog_check.h"
#include "controller/installation.h"
#include "controller/state/store_copy.h"
#include "controller/state/store_snapshot.h"
#include "tools/cli/words.h"

namespace eds::cli {
namespace {

constexpr size_t kMaxFindings = 1000;
constexpr size_t kMaxNodes = 1000;

struct StoreArguments {
  std::string store;
};

void DeclareStore(CLI::App& command, StoreArguments& arguments) {
  AddOption(command, "--store", "PATH", arguments.store,
            "The file that the controller has as its --store")
      ->required();
}

struct CheckArguments : StoreArguments {
  std::string key_file;
};

void DeclareCheck(CLI::App& command, CheckArguments& arguments) {
  DeclareStore(command, arguments);
  AddOption(command, "--key-file", "PATH", arguments.key_file,
            "See also that this key file belongs to the store");
}

struct BackupArguments : StoreArguments {
  std::string destination;
  bool force = false;
};

void DeclareBackup(CLI::App& command, BackupArguments& arguments) {
  DeclareStore(command, arguments);
  AddArgument(command, "DEST", arguments.destination, "File to make");
  command.add_flag("--force", arguments.force, "Replace DEST if it is there");
}

struct RestoreArguments : StoreArguments {
  std::string backup;
};

void DeclareRestore(CLI::App& command, RestoreArguments& arguments) {
  DeclareStore(command, arguments);
  AddArgument(command, "BACKUP", arguments.backup, "File that store backup made");
}

std::string CountOf(int64_t count, const std::string& noun) {
  return absl::StrCat(count, " ", noun, count == 1 ? "" : "s");
}

absl::StatusOr<std::string> Summary(StoreSnapshot& store) {
  ASSIGN_OR_RETURN(const int64_t count, store.Count(""));
  ASSIGN_OR_RETURN(const int64_t revision, store.Revision());
  return absl::StrCat(CountOf(count, "record"), " at revision ", revision);
}

std::vector<StoreFinding> FindAll(StoreSnapshot& store) {
  std::vector<StoreFinding> findings = store.FindDamage(kMaxFindings);
  const absl::StatusOr<std::vector<StoreFinding>> catalog = CheckCatalog(store, kMaxFindings);
  if (catalog.ok()) findings.insert(findings.end(), catalog->begin(), catalog->end());
  // What cannot be read was found already.
  if (!catalog.ok() && findings.empty()) {
    findings.push_back({.problem = std::string(catalog.status().message())});
  }
  return findings;
}

// A store of no installation has no secrets yet.
void CheckKey(StoreSnapshot& store, const std::string& key_file,
              std::vector<StoreFinding>& findings) {
  if (key_file.empty()) return;
  const absl::Status status = CheckKeyFile(store, key_file);
  if (status.ok() || absl::IsNotFound(status)) return;
  findings.push_back({.key = "installation", .problem = std::string(status.message())});
}

absl::Status Check(Session& session, const CheckArguments& arguments) {
  ASSIGN_OR_RETURN(const std::unique_ptr<StoreSnapshot> store,
                   StoreSnapshot::Open(arguments.store));
  std::vector<StoreFinding> findings = FindAll(*store);
  CheckKey(*store, arguments.key_file, findings);
  for (const StoreFinding& finding : findings) {
    const std::string& where = finding.key.empty() ? arguments.store : finding.key;
    session.PrintLine(absl::StrCat(where, ": ", finding.problem));
  }
  if (!findings.empty()) {
    return MakeError(
        absl::StatusCode::kDataLoss, Reason::kStoreCorrupt,
        absl::StrCat(arguments.store, ": ", CountOf(static_cast<int64_t>(findings.size()), "fault"),
                     " found"));
  }
  ASSIGN_OR_RETURN(const std::string summary, Summary(*store));
  session.PrintLine(absl::StrCat(arguments.store, ": sound, ", summary));
  return absl::OkStatus();
}

absl::Status BackUp(Session& session, const BackupArguments& arguments) {
  RETURN_IF_ERROR(
      BackUpStore(arguments.store, arguments.destination,
                  arguments.force ? DraftFile::IfThere::kReplace : DraftFile::IfThere::kFail));
  ASSIGN_OR_RETURN(const std::unique_ptr<StoreSnapshot> backup,
                   StoreSnapshot::Open(arguments.destination));
  ASSIGN_OR_RETURN(const std::string summary, Summary(*backup));
  session.PrintLine(absl::StrCat("backed up ", summary, " to ", arguments.destination));
  return absl::OkStatus();
}

// What is on the servers was made, and dropped, by the controller that was.
absl::Status PrintNextSteps(Session& session, StoreSnapshot& store) {
  ASSIGN_OR_RETURN(const std::vector<StoredEntry> nodes, store.List("nodes/", "", kMaxNodes));
  session.PrintLine(nodes.empty() ? "next: start the controller"
                                  : "next: start the controller; what was made since the backup is "
                                    "in no record:");
  for (const StoredEntry& node : nodes) {
    session.PrintLine(absl::StrCat("  edsctl reconcile ", IdOf(node.key)));
  }
  return absl::OkStatus();
}

absl::Status Restore(Session& session, const RestoreArguments& arguments) {
  ASSIGN_OR_RETURN(const std::string aside, RestoreStore(arguments.store, arguments.backup));
  ASSIGN_OR_RETURN(const std::unique_ptr<StoreSnapshot> store,
                   StoreSnapshot::Open(arguments.store));
  ASSIGN_OR_RETURN(const std::string summary, Summary(*store));
  session.PrintLine(absl::StrCat("restored ", summary, " to ", arguments.store));
  if (!aside.empty()) session.PrintLine(absl::StrCat("what was there is ", aside));
  return PrintNextSteps(session, *store);
}

}  // namespace

void AddStoreCommands(Branch& top) {
  Branch store = top.AddBranch(
      {.name = "store",
       .description = "Check, back up and restore the controller's records, on its machine",
       .examples = {"edsctl store check --store /var/lib/eds/state.db"}},
      Takes::kConnection);
  store.AddCommand<CheckArguments>(
      {.name = "check",
       .description = "Report all that is wrong with a store or a backup, also while it is in use",
       .examples = {"edsctl store check --store /var/lib/eds/state.db",
                    "edsctl store check --store copy.db --key-file /var/lib/eds/key"}},
      DeclareCheck, Check);
  store.AddCommand<BackupArguments>(
      {.name = "backup",
       .description = "Copy a store to a file, also while it is in use",
       .examples = {"edsctl store backup --store /var/lib/eds/state.db /backup/eds-state.db"}},
      DeclareBackup, BackUp);
  store.AddCommand<RestoreArguments>(
      {.name = "restore",
       .description = "Put a backup in the place of a store, while the controller is stopped",
       .examples = {"edsctl store restore --store /var/lib/eds/state.db /backup/eds-state.db"}},
      DeclareRestore, Restore);
}

}  // namespace eds::cli
