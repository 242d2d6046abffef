#include "controller/key_file.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "common/error.h"
#include "common/status_macros.h"
#include "controller/file_descriptor.h"

namespace eds {
namespace {

// The file holds one line: this, and the key in Base64.
constexpr absl::string_view kHeader = "eds-key-1 ";
constexpr int kEncoding = sodium_base64_VARIANT_ORIGINAL;
constexpr size_t kEncodedBytes = sodium_base64_ENCODED_LEN(kKeyBytes, kEncoding) - 1;
constexpr size_t kFileBytes = kHeader.size() + kEncodedBytes + 1;

absl::Status Refused(absl::string_view message) {
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kStoreUnavailable, message);
}

absl::Status CheckOwner(const FileDescriptor& file, const std::string& path) {
  struct stat status = {};
  if (fstat(file.number(), &status) != 0) return FileError("look at", path);
  if (!S_ISREG(status.st_mode)) return Refused(absl::StrCat("the key ", path, " is not a file"));
  if (status.st_uid != geteuid()) {
    return Refused(
        absl::StrFormat("the key file %s belongs to user %d, not to user %d, who runs "
                        "the controller: chown %d %s",
                        path, status.st_uid, geteuid(), geteuid(), path));
  }
  if ((status.st_mode & 077) != 0) {
    return Refused(absl::StrFormat("others may use the key file %s (mode %04o): chmod 600 %s", path,
                                   status.st_mode & 07777, path));
  }
  return absl::OkStatus();
}

absl::StatusOr<Secret> ParseKey(const Secret& text, const std::string& path) {
  const absl::string_view line = text.Reveal();
  std::string key(kKeyBytes, '\0');
  size_t decoded = 0;
  if (line.size() != kFileBytes || line.substr(0, kHeader.size()) != kHeader ||
      line.back() != '\n' ||
      sodium_base642bin(reinterpret_cast<unsigned char*>(key.data()), key.size(),
                        line.data() + kHeader.size(), kEncodedBytes, nullptr, &decoded, nullptr,
                        kEncoding) != 0 ||
      decoded != kKeyBytes) {
    return MakeError(absl::StatusCode::kDataLoss, Reason::kStoreCorrupt,
                     absl::StrCat(path, " is not a key file: restore it from a backup"));
  }
  return Secret(std::move(key));
}

Secret NewKeyLine() {
  unsigned char key[kKeyBytes];
  char encoded[kEncodedBytes + 1];
  randombytes_buf(key, sizeof(key));
  sodium_bin2base64(encoded, sizeof(encoded), key, sizeof(key), kEncoding);
  std::string line;
  line.reserve(kFileBytes);  // So that no copy is left behind.
  line.append(kHeader.data(), kHeader.size()).append(encoded).append("\n");
  sodium_memzero(key, sizeof(key));
  sodium_memzero(encoded, sizeof(encoded));
  return Secret(std::move(line));
}

absl::Status WriteDurably(const FileDescriptor& file, const Secret& text, const std::string& path) {
  const ssize_t size = static_cast<ssize_t>(text.Reveal().size());
  if (write(file.number(), text.Reveal().data(), text.Reveal().size()) != size) {
    return FileError("write", path);
  }
  if (fsync(file.number()) != 0) return FileError("sync", path);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Secret> ReadKeyFile(const std::string& path) {
  const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.open() && errno == ENOENT) {
    return absl::NotFoundError(absl::StrCat("there is no key file ", path));
  }
  if (!file.open()) return FileError("open", path);
  RETURN_IF_ERROR(CheckOwner(file, path));
  std::string text(kFileBytes + 1, '\0');
  const ssize_t size = read(file.number(), text.data(), text.size());
  if (size < 0) return FileError("read", path);
  text.resize(static_cast<size_t>(size));
  return ParseKey(Secret(std::move(text)), path);
}

absl::Status CreateKeyFile(const std::string& path) {
  // Filled under another name, then linked: nobody ever sees half a key.
  std::string draft = absl::StrCat(path, ".new-XXXXXX");
  const FileDescriptor file(mkostemp(draft.data(), O_CLOEXEC));
  if (!file.open()) return FileError("make", draft);
  absl::Status status = WriteDurably(file, NewKeyLine(), draft);
  if (status.ok() && link(draft.c_str(), path.c_str()) != 0 && errno != EEXIST) {
    status = FileError("make", path);
  }
  unlink(draft.c_str());
  RETURN_IF_ERROR(status);
  return SyncFolderOf(path);
}

}  // namespace eds
