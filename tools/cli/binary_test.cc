#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tools/cli/fake_controller.h"

namespace eds::cli {
namespace {

constexpr char kBinary[] = "tools/cli/edsctl";

// A program that runs beside the test; its standard output can be read.
class Child {
 public:
  // `file` is run as `argv`, with EDS_CONTROLLER set to `controller`.
  Child(const std::string& file, std::vector<std::string> argv, const std::string& controller) {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      close(ends[0]);
      close(ends[1]);
      setenv("EDS_CONTROLLER", controller.c_str(), 1);
      std::vector<char*> words;
      for (std::string& word : argv) words.push_back(word.data());
      words.push_back(nullptr);
      execvp(file.c_str(), words.data());
      _exit(127);
    }
    close(ends[1]);
    out_ = ends[0];
  }
  ~Child() { close(out_); }

  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  std::string ReadLine() {
    std::string line;
    char c;
    while (read(out_, &c, 1) == 1 && c != '\n') line.push_back(c);
    return line;
  }

  std::string ReadAll() {
    std::string text;
    char buffer[4096];
    for (ssize_t n; (n = read(out_, buffer, sizeof buffer)) > 0;) {
      text.append(buffer, static_cast<size_t>(n));
    }
    return text;
  }

  void Interrupt() { kill(pid_, SIGINT); }

  // The exit code, or -1 if a signal ended it.
  int Wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_;
  int out_;
};

TEST(Binary, IsWhatItIsCalledAndFindsItsControllerInTheEnvironment) {
  FakeController controller;
  Child child(kBinary, {"/usr/bin/helion", "create-service", "mysql"}, controller.address());
  EXPECT_EQ(child.ReadAll(), "Creating Service [mysql-24901]: OK\n");
  EXPECT_EQ(child.Wait(), 0);
}

TEST(Binary, EndsWithSuccessWhenAFollowedLogIsInterrupted) {
  FakeController controller;
  controller.WithState([](FakeState& state) {
    v1::TailLogResponse line;
    line.set_severity("INFO");
    line.set_message("joined");
    state.log_streams.push_back({.lines = {line}, .end = absl::OkStatus(), .hangs = true});
  });
  Child child(kBinary, {"kato", "log", "tail", "mysql_node"}, controller.address());
  EXPECT_EQ(child.ReadLine(), "1970-01-01T00:00:00.000000Z INFO joined");
  child.Interrupt();
  EXPECT_EQ(child.Wait(), 0);
}

TEST(Binary, SaysInOneLineThatItCannotReachTheController) {
  const std::string command = absl::StrCat(kBinary, " node list 2>&1; echo $?");
  Child child("bash", {"bash", "-c", command}, "unix:/nowhere/eds.sock");
  EXPECT_EQ(child.ReadAll(),
            "edsctl: cannot reach the controller at unix:/nowhere/eds.sock: is it running? "
            "(--controller or EDS_CONTROLLER)\n1\n");
  EXPECT_EQ(child.Wait(), 0);
}

// What bash offers for the last of `words`.
std::string Completed(const std::string& words) {
  const std::string script = absl::StrCat(
      "set -eu; source <(", kBinary, " completion bash); COMP_WORDS=(", words,
      "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _edsctl || true; echo \"${COMPREPLY[*]-}\"");
  Child child("bash", {"bash", "-c", script}, "");
  std::string text = child.ReadAll();
  EXPECT_EQ(child.Wait(), 0) << words;
  return text;
}

TEST(Completion, OffersCommandsOptionsAndChoicesInBash) {
  EXPECT_EQ(Completed("edsctl co"), "config completion\n");
  EXPECT_EQ(Completed("edsctl config ''"),
            "set get unset list -h --help --controller --timeout -o --output --reveal\n");
  EXPECT_EQ(Completed("edsctl -o json database cr"), "create\n");
  EXPECT_EQ(Completed("edsctl database create --ki"), "--kind\n");
  EXPECT_EQ(Completed("edsctl database create --kind ''"), "mysql postgresql\n");
  EXPECT_EQ(Completed("edsctl node list --output = y"), "yaml\n");
  EXPECT_EQ(Completed("edsctl config set --from-file ''"), "\n");
  EXPECT_EQ(Completed("/opt/bin/kato log t"), "tail\n");
  EXPECT_EQ(Completed("helion create-service m"), "mysql\n");
  EXPECT_EQ(Completed("edsctl helion bind-service -o ''"), "text json uri vcap\n");
}

TEST(Completion, KnowsZshAndFish) {
  for (const char* shell : {"zsh", "fish"}) {
    Child child(kBinary, {"edsctl", "completion", shell}, "");
    const std::string script = child.ReadAll();
    EXPECT_THAT(script, testing::HasSubstr("unbind-service")) << shell;
    EXPECT_EQ(script.find("@LEVELS@"), std::string::npos) << shell;
    EXPECT_EQ(child.Wait(), 0);
  }
}

}  // namespace
}  // namespace eds::cli
