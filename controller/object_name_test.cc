#include "controller/object_name.h"

#include "gtest/gtest.h"

namespace eds {
namespace {

constexpr char kInstallation[] = "abcdefgh";
constexpr char kId[] = "abcdefghijklmn27";

bool IsDatabase(const std::string& name) {
  return IsObjectName(ObjectLetter::kDatabase, kInstallation, name);
}

TEST(ObjectName, WhatWasFormattedIsRecognised) {
  const std::string name = FormatObjectName(ObjectLetter::kDatabase, kInstallation, kId);
  EXPECT_EQ(name, "dabcdefghabcdefghijklmn27");
  EXPECT_TRUE(IsDatabase(name));
  EXPECT_EQ(IdInObjectName(kInstallation, name), kId);
}

TEST(ObjectName, NearNamesAreSomebodyElses) {
  for (const char* name :
       {"uabcdefghabcdefghijklmn27", "Dabcdefghabcdefghijklmn27", "dabcdefhhabcdefghijklmn27",
        "dabcdefghabcdefghijklmn2", "dabcdefghabcdefghijklmn27a", "dabcdefghabcdefghijklmN27",
        "dabcdefghabcdefghijklmn28", "dabcdefghabcdefghijkl-n27", "dabcdefgh", "d", ""}) {
    EXPECT_FALSE(IsDatabase(name)) << name;
  }
}

}  // namespace
}  // namespace eds
