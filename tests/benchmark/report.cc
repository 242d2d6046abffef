#include "tests/benchmark/report.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace eds::benchmark {
namespace {

using Json = nlohmann::ordered_json;

Json ToJson(const Description& description) {
  Json json = Json::object();
  for (const auto& [name, value] : description) json[name] = value;
  return json;
}

double Milliseconds(absl::Duration duration) { return absl::ToDoubleMilliseconds(duration); }

Json ToJson(const Series& series) {
  Json json = {{"subject", series.subject},        {"contender", series.contender},
               {"callers", series.callers},        {"operations", series.times.size()},
               {"errors", series.errors},          {"per_second", series.Rate()},
               {"rounds_per_second", series.rates}};
  if (series.errors > 0) json["first_error"] = series.first_error;
  if (series.times.empty()) return json;
  json["p50_ms"] = Milliseconds(series.Percentile(0.5));
  json["p90_ms"] = Milliseconds(series.Percentile(0.9));
  json["p99_ms"] = Milliseconds(series.Percentile(0.99));
  json["max_ms"] = Milliseconds(series.Percentile(1));
  return json;
}

std::string Line(const Series& series) {
  if (series.times.empty()) {
    return absl::StrFormat("%-28s %-12s %7d  every one of %d failed: %s\n", series.subject,
                           series.contender, series.callers, series.errors, series.first_error);
  }
  return absl::StrFormat(
      "%-28s %-12s %7d %6d %9.3f %9.3f %9.1f%s\n", series.subject, series.contender, series.callers,
      series.times.size(), Milliseconds(series.Percentile(0.5)),
      Milliseconds(series.Percentile(0.99)), series.Rate(),
      series.errors == 0 ? "" : absl::StrCat("  ", series.errors, " failed: ", series.first_error));
}

}  // namespace

void Report::AddServer(const std::string& engine, Description settings) {
  servers_[engine] = std::move(settings);
}

void Report::AddSeries(std::vector<Series> series) {
  std::move(series.begin(), series.end(), std::back_inserter(series_));
}

void Report::AddRatio(const std::string& name, double ours, double theirs) {
  if (theirs > 0) ratios_[name] = ours / theirs;
}

void Report::AddTimeRatio(const std::string& name, const std::string& subject,
                          const std::string& ours, const std::string& theirs, int callers) {
  const Series* a = Find(subject, ours, callers);
  const Series* b = Find(subject, theirs, callers);
  if (a == nullptr || b == nullptr) return;
  AddRatio(name, Milliseconds(a->Percentile(0.5)), Milliseconds(b->Percentile(0.5)));
}

void Report::AddRateRatio(const std::string& name, const std::string& subject,
                          const std::string& ours, const std::string& theirs, int callers) {
  const Series* a = Find(subject, ours, callers);
  const Series* b = Find(subject, theirs, callers);
  if (a != nullptr && b != nullptr) AddRatio(name, a->Rate(), b->Rate());
}

const Series* Report::Find(const std::string& subject, const std::string& contender,
                           int callers) const {
  const auto found = std::find_if(series_.begin(), series_.end(), [&](const Series& series) {
    return series.subject == subject && series.contender == contender &&
           series.callers == callers && !series.times.empty();
  });
  return found == series_.end() ? nullptr : &*found;
}

bool Report::ok() const {
  return errors_.empty() && std::all_of(series_.begin(), series_.end(),
                                        [](const Series& series) { return series.errors == 0; });
}

std::string Report::ToTable() const {
  std::string table;
  for (const auto& [name, value] : machine_) absl::StrAppend(&table, name, ": ", value, "\n");
  for (const auto& [engine, settings] : servers_) {
    absl::StrAppend(&table, engine, ":");
    for (const auto& [name, value] : settings) absl::StrAppend(&table, " ", name, "=", value);
    absl::StrAppend(&table, "\n");
  }
  absl::StrAppendFormat(&table, "\n%-28s %-12s %7s %6s %9s %9s %9s\n", "subject", "contender",
                        "callers", "count", "p50 ms", "p99 ms", "per s");
  for (const Series& series : series_) absl::StrAppend(&table, Line(series));
  absl::StrAppend(&table, "\n");
  for (const auto& [name, value] : figures_) {
    absl::StrAppendFormat(&table, "%-40s %10.3f\n", name, value);
  }
  absl::StrAppend(&table, "\n");
  for (const auto& [name, value] : ratios_) {
    absl::StrAppendFormat(&table, "ratio %-34s %10.3f\n", name, value);
  }
  for (const auto& [what, why] : skipped_) absl::StrAppend(&table, what, " skipped: ", why, "\n");
  for (const auto& [what, why] : errors_) absl::StrAppend(&table, what, " failed: ", why, "\n");
  return table;
}

std::string Report::ToJson() const {
  Json json;
  json["machine"] = benchmark::ToJson(machine_);
  json["servers"] = Json::object();
  for (const auto& [engine, settings] : servers_) {
    json["servers"][engine] = benchmark::ToJson(settings);
  }
  json["ratios"] = ratios_;
  json["figures"] = figures_;
  json["series"] = Json::array();
  for (const Series& series : series_) json["series"].push_back(benchmark::ToJson(series));
  json["skipped"] = skipped_;
  json["errors"] = errors_;
  return json.dump(2) + "\n";
}

}  // namespace eds::benchmark
