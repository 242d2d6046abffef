#ifndef EDS_TESTS_BENCHMARK_REPORT_H_
#define EDS_TESTS_BENCHMARK_REPORT_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "tests/benchmark/series.h"

namespace eds::benchmark {

using Description = std::vector<std::pair<std::string, std::string>>;

// All that a run has found out.
class Report {
 public:
  void set_machine(Description machine) { machine_ = std::move(machine); }
  // The server of an engine, and its settings.
  void AddServer(const std::string& engine, Description settings);
  void AddSeries(std::vector<Series> series);
  // One number beside the series, as in "controller.idle_mb".
  void AddFigure(const std::string& name, double value) { figures_[name] = value; }
  // What could not be measured, and why.
  void AddSkipped(const std::string& what, const std::string& why) { skipped_[what] = why; }
  void AddError(const std::string& what, const std::string& why) { errors_[what] = why; }

  // `name` = `ours` / `theirs`, of times or of rates. What was not measured makes none.
  void AddRatio(const std::string& name, double ours, double theirs);
  // The same of two series with the same subject and number of callers.
  void AddTimeRatio(const std::string& name, const std::string& subject, const std::string& ours,
                    const std::string& theirs, int callers);
  void AddRateRatio(const std::string& name, const std::string& subject, const std::string& ours,
                    const std::string& theirs, int callers);

  const std::vector<Series>& series() const { return series_; }

  // Whether all that was to be measured was, and no operation failed.
  bool ok() const;

  std::string ToTable() const;
  std::string ToJson() const;

 private:
  const Series* Find(const std::string& subject, const std::string& contender, int callers) const;

  Description machine_;
  std::map<std::string, Description> servers_;
  std::vector<Series> series_;
  std::map<std::string, double> figures_;
  std::map<std::string, double> ratios_;
  std::map<std::string, std::string> skipped_;
  std::map<std::string, std::string> errors_;
};

}  // namespace eds::benchmark

#endif  // EDS_TESTS_BENCHMARK_REPORT_H_
