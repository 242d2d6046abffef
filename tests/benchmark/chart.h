#ifndef EDS_TESTS_BENCHMARK_CHART_H_
#define EDS_TESTS_BENCHMARK_CHART_H_

#include <map>
#include <string>
#include <vector>

#include "tests/benchmark/series.h"

namespace eds::benchmark {

// A curve: what is at each x, in order.
struct Curve {
  std::string name;
  std::map<double, double> points;
};

// A drawing in SVG with logarithmic axes. Every value is above 0.
std::string DrawCurves(const std::string& title, const std::string& x_label,
                       const std::string& y_label, const std::vector<Curve>& curves);

// Drawings of all series: file name and content. Of each subject the median and the
// throughput over the number of callers; of the subjects under "scale." the median over the
// number of records.
std::map<std::string, std::string> DrawSeries(const std::vector<Series>& series);

}  // namespace eds::benchmark

#endif  // EDS_TESTS_BENCHMARK_CHART_H_
