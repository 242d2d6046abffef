#include "mysql_node/mysql_password.h"

#include <cstdint>
#include <span>
#include <string>

#include "absl/strings/escaping.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eds {
namespace {

const MysqlVersion kMysql = {MysqlFlavour::kMysql, 8, 0, 0, "8.0.0"};
const MysqlVersion kOldMysql = {MysqlFlavour::kMysql, 5, 7, 44, "5.7.44"};
const MysqlVersion kMariadb = {MysqlFlavour::kMariadb, 10, 4, 0, "10.4.0"};

class CountingRandom final : public RandomSource {
 public:
  void Fill(std::span<uint8_t> bytes) override {
    for (uint8_t& byte : bytes) byte = next_++;
  }

 private:
  uint8_t next_ = 0;
};

// As `SELECT HEX(authentication_string) FROM mysql.user` of MySQL 9.7, run with
// --caching-sha2-password-digest-rounds=5000, answered.
struct Vector {
  std::string password;
  std::string verifier;
};

const Vector kVectors[] = {
    {"vector",
     "244124303035241474360162026405472B18052B195F662A2A1612397A50367145663833314C726E473873576B4A5"
     "5"
     "4F6C546E445938304C347652554747395058552F62742F"},
    {"abcdefghijklmnopqrstuvwxyzABCDEF",
     "244124303035241401557F7F2B274C305540195F7A740C5F3B713B79793265616752415671323964464F63516C706"
     "6"
     "4D79545666345751542F627A30326967424A3571523341"},
    {"x",
     "2441243030352434110C614B4F7C3E44380F142541151D162D3A256C415976445A615A794F396D53573155426F6B4"
     "3"
     "76787248786D6872395576416374475452333050334F31"},
    {"0123456789012345678901234567890123456789012345678901234567890123456789",
     "244124303035242D581377185F320877667C0A4A1A754E7B74176E4D55384B3550712E655264676A56333174416"
     "26B565759544157632E2F6D736C676B78784A4C786C586432"},
};

TEST(MysqlPassword, AgreesWithMysqlOnCachingSha2) {
  for (const Vector& vector : kVectors) {
    const std::string expected = absl::HexStringToBytes(vector.verifier);
    const std::string salt = expected.substr(7, 20);
    EXPECT_EQ(CachingSha2Verifier(Secret(vector.password), salt).Reveal(), expected)
        << vector.password;
  }
}

TEST(MysqlPassword, RecognisesWhatAServerKeeps) {
  for (const Vector& vector : kVectors) {
    const Secret kept(absl::HexStringToBytes(vector.verifier));
    EXPECT_TRUE(MatchesCachingSha2(kept, Secret(vector.password))) << vector.password;
    EXPECT_FALSE(MatchesCachingSha2(kept, Secret("another"))) << vector.password;
  }
}

TEST(MysqlPassword, RecognisesWhatAServerHasHashedInMoreRounds) {
  // As MySQL 9.7 answered with its default, 10000.
  const Secret kept(absl::HexStringToBytes(
      "24412430304124674F483D66663F576B055431206775694F281A154F4A63762E4269735A68766B646545596C477A"
      "3852692E6543794B4C366E69755651563670395A33777943"));
  EXPECT_TRUE(MatchesCachingSha2(kept, Secret("two")));
  EXPECT_FALSE(MatchesCachingSha2(kept, Secret("one")));
}

TEST(MysqlPassword, WhatIsNoVerifierMatchesNoPassword) {
  const std::string salt(20, 's');
  const std::string kept = CachingSha2Verifier(Secret("pw"), salt).Reveal();
  const std::string broken[] = {
      "", "$A$", "$A$005$", kept.substr(0, 30), "$A$xyz$" + kept.substr(7), kept + "x"};
  for (const std::string& text : broken) {
    EXPECT_FALSE(MatchesCachingSha2(Secret(text), Secret("pw"))) << text;
  }
  EXPECT_TRUE(MatchesCachingSha2(Secret(kept), Secret("pw")));
}

TEST(MysqlPassword, AgreesWithMariadbOnNativePasswords) {
  // As SELECT PASSWORD('password') of MariaDB 10.11 answers.
  EXPECT_EQ(NativePasswordVerifier(Secret("password")).Reveal(),
            "*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19");
}

TEST(MysqlPassword, VerifiersNeedNoEscapes) {
  CountingRandom random;
  const MysqlVerifier mysql = MysqlVerifier::Make(kMysql, Secret("pw"), random);
  EXPECT_EQ(mysql.plugin(), "caching_sha2_password");
  EXPECT_EQ(mysql.text().size(), 70u);
  EXPECT_THAT(mysql.text(), testing::MatchesRegex("[$]A[$]005[$][a-z0-9]+[./0-9A-Za-z]+"));
  for (const MysqlVersion& version : {kMariadb, kOldMysql}) {
    const MysqlVerifier native = MysqlVerifier::Make(version, Secret("pw"), random);
    EXPECT_EQ(native.plugin(), "mysql_native_password");
    EXPECT_THAT(native.text(), testing::MatchesRegex("[*][0-9A-F]+"));
  }
}

TEST(MysqlPassword, EachVerifierHasASaltOfItsOwn) {
  SystemRandom random;
  const MysqlVerifier one = MysqlVerifier::Make(kMysql, Secret("pw"), random);
  const MysqlVerifier two = MysqlVerifier::Make(kMysql, Secret("pw"), random);
  EXPECT_NE(one.text(), two.text());
}

}  // namespace
}  // namespace eds
