#include "tools/cli/yaml.h"

#include "gtest/gtest.h"

namespace eds::cli {
namespace {

using Json = nlohmann::ordered_json;

TEST(FormatYaml, WritesNestedBlocks) {
  const Json value = Json::parse(R"({
    "name": "nodes/mysql_node",
    "server": {"flavour": "MariaDB", "ports": [3306, 3307]},
    "users": [{"name": "a", "tags": ["x", "z"]}, {"name": "b", "tags": []}],
    "nothing": null, "none": {}, "ok": true, "ratio": 0.5})");
  EXPECT_EQ(FormatYaml(value),
            "name: nodes/mysql_node\n"
            "server:\n"
            "  flavour: MariaDB\n"
            "  ports:\n"
            "    - 3306\n"
            "    - 3307\n"
            "users:\n"
            "  - name: a\n"
            "    tags:\n"
            "      - x\n"
            "      - z\n"
            "  - name: b\n"
            "    tags: []\n"
            "nothing: null\n"
            "none: {}\n"
            "ok: true\n"
            "ratio: 0.5\n");
}

TEST(FormatYaml, QuotesTextsThatReadAsSomethingElse) {
  for (const char* text :
       {"",    "true",       "No",   "off",  "null",     "~",   "y",  "12", "1.5", "0x1f",
        "1e3", "2027-01-15", "- a",  "a: b", "a #b",     "#a",  "*a", "&a", "!a",  "%a",
        "@a",  "`a",         "[a",   "{a",   "a,",       "? a", "|",  ">",  "'a",  "a'",
        " a",  "a ",         ".inf", "-1",   "********", "=",   "<<"}) {
    EXPECT_EQ(FormatYaml(Json(text)), Json(text).dump() + "\n") << text;
  }
}

TEST(FormatYaml, LeavesPlainWordsPlain) {
  for (const char* text : {"READY", "mysql_node", "a b", "databases/d1", "a.b-c"}) {
    EXPECT_EQ(FormatYaml(Json(text)), std::string(text) + "\n");
  }
}

TEST(FormatYaml, EscapesLineBreaksAndControls) {
  EXPECT_EQ(FormatYaml(Json("a\nb\x1b\x7f\"\\")), "\"a\\nb\\u001b\\u007f\\\"\\\\\"\n");
}

TEST(FormatYaml, QuotesKeysToo) {
  EXPECT_EQ(FormatYaml(Json{{"a: b", 1}, {"no", 2}}), "\"a: b\": 1\n\"no\": 2\n");
}

TEST(FormatYaml, WritesListsOfLists) {
  EXPECT_EQ(FormatYaml(Json::parse("[[1,2],[{\"a\":1}]]")), "- - 1\n  - 2\n- - a: 1\n");
}

}  // namespace
}  // namespace eds::cli
