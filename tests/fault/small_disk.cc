#include "tests/fault/small_disk.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <string>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"

namespace eds {
namespace {

absl::Status Refused(const char* what) {
  return absl::PermissionDeniedError(
      absl::ErrnoToStatus(errno, absl::StrCat("cannot ", what)).message());
}

// Mounts that nobody else sees.
absl::Status EnterOwnNamespace() {
  const auto user = geteuid();
  const auto group = getegid();
  if (unshare(user == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) != 0) {
    return Refused("have mounts of its own");
  }
  if (user != 0) {
    std::ofstream("/proc/self/setgroups") << "deny";
    std::ofstream("/proc/self/gid_map") << group << " " << group << " 1";
    std::ofstream("/proc/self/uid_map") << user << " " << user << " 1";
  }
  if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    return Refused("keep mounts to itself");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<SmallDisk>> SmallDisk::Mount(const std::string& folder,
                                                            size_t bytes) {
  const absl::Status entered = EnterOwnNamespace();
  if (!entered.ok()) return entered;
  const std::string options = absl::StrCat("size=", bytes, ",mode=0755");
  if (mount("tmpfs", folder.c_str(), "tmpfs", 0, options.c_str()) != 0) {
    return Refused("mount a disk");
  }
  return absl::WrapUnique(new SmallDisk(folder));
}

SmallDisk::~SmallDisk() { umount2(folder_.c_str(), MNT_DETACH); }

absl::Status SmallDisk::Fill() {
  const int file = open(File("ballast").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return absl::ErrnoToStatus(errno, "ballast");
  const std::string block(4096, 'b');
  while (write(file, block.data(), block.size()) > 0) {
  }
  const int error = errno;
  close(file);
  return error == ENOSPC ? absl::OkStatus() : absl::ErrnoToStatus(error, "ballast");
}

void SmallDisk::MakeRoom() { unlink(File("ballast").c_str()); }

}  // namespace eds
