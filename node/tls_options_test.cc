#include "node/tls_options.h"

#include "gtest/gtest.h"

namespace eds {
namespace {

TEST(TlsOptionsTest, WhatStaysOnTheMachineIsLocal) {
  for (const char* host : {"localhost", "LocalHost", "127.0.0.1", "127.9.9.9", "::1", "/run/pg"}) {
    EXPECT_TRUE(IsLocalHost(host)) << host;
    EXPECT_EQ(TlsOptions().ModeFor(host), TlsMode::kDisabled) << host;
  }
}

TEST(TlsOptionsTest, AnyOtherHostIsVerifiedUnlessToldOtherwise) {
  for (const char* host : {"db.example", "localhost.example", "10.0.0.1", "128.0.0.1", "::2",
                           "fe80::1", "127.0.0.1.example", "0.0.0.0"}) {
    EXPECT_FALSE(IsLocalHost(host)) << host;
    EXPECT_EQ(TlsOptions().ModeFor(host), TlsMode::kVerifyFull) << host;
    EXPECT_EQ(TlsOptions{.mode = TlsMode::kDisabled}.ModeFor(host), TlsMode::kDisabled) << host;
  }
}

TEST(TlsOptionsTest, AModeThatIsSetHoldsForLocalHostsToo) {
  EXPECT_EQ(TlsOptions{.mode = TlsMode::kRequired}.ModeFor("localhost"), TlsMode::kRequired);
}

}  // namespace
}  // namespace eds
