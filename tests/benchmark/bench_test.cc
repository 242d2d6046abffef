#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "tests/fixtures/child_process.h"
#include "tests/fixtures/temporary_folder.h"

namespace eds {
namespace {

constexpr absl::Duration kLimit = absl::Minutes(10);

const std::string kProgram = "tests/benchmark/bench";

TEST(BenchTest, MeasuresEveryPartAndLeavesNothingBehind) {
  const auto folder = TemporaryFolder::New();
  ASSERT_TRUE(folder.ok()) << folder.status();
  const std::string data = (*folder)->File("data");
  std::filesystem::create_directory(data);
  std::filesystem::permissions(data, std::filesystem::perms::all);
  const std::string json_file = (*folder)->File("json");
  const auto ended =
      RunToEnd({.argv = {kProgram, "--tiny", "--only", "engines", "--only", "reads", "--only",
                         "scale", "--only", "loaded", "--only", "flood", "--folder", data, "--json",
                         json_file, "--svg", (*folder)->File("svg")}},
               "", kLimit);
  ASSERT_TRUE(ended.ok()) << ended.status();
  EXPECT_EQ(ended->exit_code, 0) << ended->output << ended->errors;
  EXPECT_TRUE(std::filesystem::is_empty(data));
  EXPECT_TRUE(std::filesystem::exists((*folder)->File("svg/read.throughput.svg")));

  std::ifstream file(json_file);
  const auto json = nlohmann::json::parse(file, nullptr, /*allow_exceptions=*/false);
  ASSERT_TRUE(json.is_object());
  const auto& ratios = json["ratios"];
  for (const char* const key : {"read", "scale.create", "scale.list"}) {
    EXPECT_TRUE(ratios.contains(key)) << key << "\n" << ended->output;
  }
  for (const auto& [engine, settings] : json["servers"].items()) {
    for (const char* const key : {".create.warm", ".create.empty", ".create.sustained", ".user"}) {
      EXPECT_TRUE(ratios.contains(engine + key)) << engine << key << "\n" << ended->output;
    }
  }
}

TEST(BenchTest, SaysInHelpWhatThereIs) {
  const auto ended = RunToEnd({.argv = {kProgram, "--help"}});
  ASSERT_TRUE(ended.ok()) << ended.status();
  EXPECT_EQ(ended->exit_code, 0);
  for (const char* const option : {"--quick", "--json", "--svg", "--scale", "--loaded", "--flood",
                                   "--engine", "--server", "--folder"}) {
    EXPECT_NE(ended->output.find(option), std::string::npos) << option;
  }
}

TEST(BenchTest, RefusesAServerThatIsNotDescribed) {
  const auto ended = RunToEnd({.argv = {kProgram, "--server", "mysql=nowhere"}});
  ASSERT_TRUE(ended.ok()) << ended.status();
  EXPECT_EQ(ended->exit_code, 2);
}

}  // namespace
}  // namespace eds
