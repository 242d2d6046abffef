// Foreign clients against the running binaries: a real grpcurl lists, describes and
// calls every service of each, health included, and so does `buf curl`.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/status_matchers.h"
#include "gtest/gtest.h"
#include "tests/e2e/eds_processes.h"

namespace eds {
namespace {

using testing::HasSubstr;

// Where tools/install puts a tool that the distribution does not have; empty if it
// could not be had.
std::string FindTool(const std::string& below_cache) {
  const char* cache = getenv("EDS_CACHE");
  const char* home = getenv("HOME");
  const std::string folder = cache != nullptr ? cache
                             : geteuid() == 0 ? "/var/cache/eds"
                                              : absl::StrCat(home ? home : "", "/.cache/eds");
  const std::string path = absl::StrCat(folder, "/", below_cache);
  return std::filesystem::exists(path) ? path : "";
}

class DebuggingTest : public testing::Test {
 protected:
  void SetUp() override {
    auto eds = EdsProcesses::Start({"mysql", "postgresql"});
    ASSERT_THAT(eds, IsOk());
    eds_ = *std::move(eds);
    ASSERT_TRUE(eds_->WaitForState("mysql_node", v1::Node::STATE_UNCONFIGURED));
  }

  Ended Run(const std::vector<std::string>& argv) {
    auto ended = RunToEnd({.argv = argv});
    EXPECT_THAT(ended, IsOk());
    return ended.ok() ? *ended : Ended{.exit_code = -1};
  }

  std::unique_ptr<EdsProcesses> eds_;
};

class GrpcurlTest : public DebuggingTest {
 protected:
  void SetUp() override {
    grpcurl_ = FindTool("bin/grpcurl");
    if (grpcurl_.empty()) GTEST_SKIP() << "grpcurl is not there: tools/install needs Go for it";
    DebuggingTest::SetUp();
  }

  // `words` come after the address, `options` before it.
  Ended Grpcurl(const std::string& process, const std::vector<std::string>& words,
                const std::vector<std::string>& options = {}) {
    std::vector<std::string> argv = {grpcurl_, "-plaintext"};
    argv.insert(argv.end(), options.begin(), options.end());
    argv.push_back(eds_->Address(process));
    argv.insert(argv.end(), words.begin(), words.end());
    return Run(argv);
  }

  std::vector<std::string> ServicesOf(const std::string& process) {
    return absl::StrSplit(Grpcurl(process, {"list"}).output, '\n', absl::SkipEmpty());
  }

  std::string grpcurl_;
};

TEST_F(GrpcurlTest, ListsTheServicesOfEveryBinary) {
  EXPECT_THAT(ServicesOf("controller"),
              testing::UnorderedElementsAre(
                  "eds.node.v1.NodeRegistryService", "eds.v1.ConfigService",
                  "eds.v1.DatabaseService", "eds.v1.MaintenanceService", "eds.v1.NodeService",
                  "grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection"));
  for (const char* node : {"mysql_node", "postgresql_node"}) {
    EXPECT_THAT(ServicesOf(node), testing::UnorderedElementsAre(
                                      "eds.node.v1.NodeAgentService", "grpc.health.v1.Health",
                                      "grpc.reflection.v1alpha.ServerReflection"));
  }
}

TEST_F(GrpcurlTest, DescribesEveryServiceAndMethod) {
  for (const char* process : {"controller", "mysql_node", "postgresql_node"}) {
    for (const std::string& service : ServicesOf(process)) {
      const Ended described = Grpcurl(process, {"describe", service});
      EXPECT_EQ(described.exit_code, 0) << service << described.errors;
      EXPECT_THAT(described.output, HasSubstr(absl::StrCat(service, " is a service")));
      const std::string methods = Grpcurl(process, {"list", service}).output;
      for (const absl::string_view method : absl::StrSplit(methods, '\n', absl::SkipEmpty())) {
        EXPECT_EQ(Grpcurl(process, {"describe", std::string(method)}).exit_code, 0) << method;
      }
    }
  }
}

TEST_F(GrpcurlTest, ChecksTheHealthOfEveryBinary) {
  for (const char* process : {"controller", "mysql_node", "postgresql_node"}) {
    const Ended health = Grpcurl(process, {"grpc.health.v1.Health/Check"}, {"-d", "{}"});
    EXPECT_THAT(health.output, HasSubstr("\"SERVING\"")) << health.errors;
  }
  // A node without a usable server lives, but cannot do its work.
  EXPECT_THAT(Grpcurl("mysql_node", {"grpc.health.v1.Health/Check"},
                      {"-d", R"({"service":"eds.node.v1.NodeAgentService"})"})
                  .output,
              HasSubstr("NOT_SERVING"));
}

TEST_F(GrpcurlTest, CallsEveryMethodOfTheController) {
  // The code that each answers to an empty request; 0 is OK.
  const std::vector<std::pair<std::string, std::string>> calls = {
      {"eds.v1.ConfigService/ListConfigs", ""},
      {"eds.v1.ConfigService/GetConfig", "InvalidArgument"},
      {"eds.v1.ConfigService/SetConfig", "InvalidArgument"},
      {"eds.v1.ConfigService/UnsetConfig", "InvalidArgument"},
      {"eds.v1.DatabaseService/ListDatabases", ""},
      {"eds.v1.DatabaseService/CreateDatabase", "InvalidArgument"},
      {"eds.v1.DatabaseService/GetDatabase", "InvalidArgument"},
      {"eds.v1.DatabaseService/UpdateDatabase", "InvalidArgument"},
      {"eds.v1.DatabaseService/DeleteDatabase", "InvalidArgument"},
      {"eds.v1.DatabaseService/UndeleteDatabase", "InvalidArgument"},
      {"eds.v1.DatabaseService/AdoptDatabase", "InvalidArgument"},
      {"eds.v1.DatabaseService/CreateUser", "InvalidArgument"},
      {"eds.v1.DatabaseService/GetUser", "InvalidArgument"},
      {"eds.v1.DatabaseService/ListUsers", "InvalidArgument"},
      {"eds.v1.DatabaseService/DeleteUser", "InvalidArgument"},
      {"eds.v1.DatabaseService/GetUserCredentials", "InvalidArgument"},
      {"eds.v1.DatabaseService/RotateUserPassword", "InvalidArgument"},
      {"eds.v1.MaintenanceService/ListOperations", ""},
      {"eds.v1.MaintenanceService/ListPurges", ""},
      {"eds.v1.MaintenanceService/ReconcileNode", "InvalidArgument"},
      {"eds.v1.NodeService/ListNodes", ""},
      {"eds.v1.NodeService/GetNode", "InvalidArgument"},
      {"eds.v1.NodeService/CordonNode", "InvalidArgument"},
      {"eds.v1.NodeService/UncordonNode", "InvalidArgument"},
      {"eds.v1.NodeService/RestartNode", "InvalidArgument"},
      {"eds.v1.NodeService/DiagnoseNode", "InvalidArgument"},
      {"eds.v1.NodeService/TailLog", "InvalidArgument"},
      {"eds.node.v1.NodeRegistryService/Join", "InvalidArgument"},
  };
  for (const auto& [method, code] : calls) {
    const Ended ended = Grpcurl("controller", {method}, {"-d", "{}"});
    if (code.empty()) {
      EXPECT_EQ(ended.exit_code, 0) << method << ended.errors;
    } else {
      EXPECT_THAT(ended.errors, HasSubstr(absl::StrCat("Code: ", code))) << method;
      EXPECT_THAT(ended.errors, HasSubstr("field_violations")) << method;
    }
  }
}

TEST_F(GrpcurlTest, CallsEveryMethodOfANode) {
  const std::string methods =
      Grpcurl("mysql_node", {"list", "eds.node.v1.NodeAgentService"}).output;
  for (const absl::string_view method : absl::StrSplit(methods, '\n', absl::SkipEmpty())) {
    std::string path(method);
    path[path.rfind('.')] = '/';
    // An empty request names no object, or is addressed to no agent.
    EXPECT_THAT(Grpcurl("mysql_node", {path}, {"-d", "{}"}).errors,
                testing::AnyOf(HasSubstr("INVALID_FIELD"), HasSubstr("NODE_NOT_CONNECTED")))
        << path;
  }
}

class BufCurlTest : public DebuggingTest {
 protected:
  void SetUp() override {
    buf_ = FindTool("lint/node_modules/.bin/buf");
    if (buf_.empty()) GTEST_SKIP() << "buf is not there: tools/install needs npm for it";
    DebuggingTest::SetUp();
  }

  std::string buf_;
};

TEST_F(BufCurlTest, CallsEveryBinaryByReflection) {
  const auto curl = [&](const std::string& process, const std::string& method,
                        const std::string& data) {
    const std::string address = eds_->Address(process);
    return Run({buf_, "curl", "--protocol", "grpc", "--http2-prior-knowledge", "--unix-socket",
                std::string(absl::StripPrefix(address, "unix:")), "--data", data,
                absl::StrCat("http://localhost/", method)});
  };
  for (const char* process : {"controller", "mysql_node", "postgresql_node"}) {
    const Ended health = curl(process, "grpc.health.v1.Health/Check", "{}");
    EXPECT_THAT(health.output, HasSubstr("SERVING")) << health.errors;
  }
  EXPECT_THAT(curl("controller", "eds.v1.NodeService/ListNodes", "{}").output,
              HasSubstr("nodes/postgresql_node"));
  EXPECT_THAT(curl("controller", "eds.v1.DatabaseService/GetDatabase", R"({"name":"x"})").errors,
              HasSubstr("invalid_argument"));
}

}  // namespace
}  // namespace eds
