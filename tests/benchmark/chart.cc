#include "tests/benchmark/chart.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace eds::benchmark {
namespace {

constexpr double kWidth = 560;
constexpr double kHeight = 340;
constexpr double kLeft = 64;
constexpr double kRight = 128;  // For the names of the curves.
constexpr double kTop = 36;
constexpr double kBottom = 48;
constexpr double kLetter = 12;  // Between two lines of text, at the least.
constexpr const char* kColours[] = {"#4269d0", "#ff725c", "#3ca951", "#9c6b4e"};

// A range of values on a logarithmic axis between two places.
class Axis {
 public:
  Axis(double low, double high, double from, double to)
      : low_(std::log10(low)),
        span_(std::max(std::log10(high) - low_, 1e-9)),
        from_(from),
        length_(to - from) {}
  double operator()(double value) const {
    return from_ + (std::log10(value) - low_) / span_ * length_;
  }

 private:
  double low_;
  double span_;
  double from_;
  double length_;
};

std::string Text(double x, double y, const char* anchor, const std::string& text,
                 const char* more = "") {
  return absl::StrFormat("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>%s</text>\n", x, y,
                         anchor, more, text);
}

std::string Number(double value) { return absl::StrFormat("%g", value); }

// Powers of ten around all values of y.
std::pair<double, double> Decades(const std::vector<Curve>& curves) {
  double low = 1e300;
  double high = 0;
  for (const Curve& curve : curves) {
    for (const auto& [x, y] : curve.points) {
      low = std::min(low, y);
      high = std::max(high, y);
    }
  }
  low = std::pow(10, std::floor(std::log10(low)));
  return {low, std::max(std::pow(10, std::ceil(std::log10(high))), low * 10)};
}

std::string DrawGrid(const Axis& across, const Axis& up, const std::set<double>& columns,
                     std::pair<double, double> decades) {
  std::string svg;
  for (double y = decades.first; y <= decades.second * 1.01; y *= 10) {
    absl::StrAppendFormat(&svg,
                          "<line x1=\"%g\" x2=\"%g\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>\n",
                          kLeft, kWidth - kRight, up(y), up(y));
    svg += Text(kLeft - 6, up(y) + 4, "end", Number(y));
  }
  for (const double x : columns) {
    svg += Text(across(x), kHeight - kBottom + 18, "middle", Number(x));
  }
  return svg;
}

std::string DrawCurve(const Curve& curve, const char* colour, const Axis& across, const Axis& up) {
  std::string line;
  std::string dots;
  for (const auto& [x, y] : curve.points) {
    absl::StrAppendFormat(&line, "%.1f,%.1f ", across(x), up(y));
    absl::StrAppendFormat(&dots, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>\n",
                          across(x), up(y), colour);
  }
  return absl::StrFormat(
             "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n", line,
             colour) +
         dots;
}

// At the ends of the curves, but apart from each other.
std::string DrawNames(const std::vector<Curve>& curves, const Axis& up) {
  std::vector<std::pair<double, size_t>> ends;
  for (size_t i = 0; i < curves.size(); ++i) {
    ends.emplace_back(up(curves[i].points.rbegin()->second), i);
  }
  std::sort(ends.begin(), ends.end());
  std::string svg;
  double last = -kLetter;
  for (const auto& [end, i] : ends) {
    last = std::max(end + 4, last + kLetter);
    svg += Text(kWidth - kRight + 8, last, "start", curves[i].name,
                absl::StrCat(" fill=\"", kColours[i % std::size(kColours)], "\"").c_str());
  }
  return svg;
}

void AddDrawing(const std::string& subject, const std::string& what, const std::string& x_label,
                const std::string& y_label, std::vector<Curve> curves,
                std::map<std::string, std::string>& drawings) {
  std::erase_if(curves, [](const Curve& curve) { return curve.points.empty(); });
  if (curves.empty()) return;
  drawings[absl::StrCat(subject, ".", what, ".svg")] =
      DrawCurves(absl::StrCat(subject, ", ", what), x_label, y_label, curves);
}

Curve& Find(std::vector<Curve>& curves, const std::string& name) {
  for (Curve& curve : curves) {
    if (curve.name == name) return curve;
  }
  return curves.emplace_back(Curve{.name = name, .points = {}});
}

void DrawScale(const std::string& subject, const std::vector<Series>& all,
               std::map<std::string, std::string>& drawings) {
  Curve medians{.name = "eds", .points = {}};
  for (const Series& series : all) {
    double records = 0;
    if (series.subject != subject || !absl::SimpleAtod(series.contender, &records)) continue;
    medians.points[records] = absl::ToDoubleMilliseconds(series.Percentile(0.5));
  }
  AddDrawing(subject, "median", "records", "ms", {medians}, drawings);
}

void DrawSubject(const std::string& subject, const std::vector<Series>& all,
                 std::map<std::string, std::string>& drawings) {
  std::vector<Curve> medians;
  std::vector<Curve> rates;
  for (const Series& series : all) {
    if (series.subject != subject || series.times.empty()) continue;
    Find(medians, series.contender).points[series.callers] =
        absl::ToDoubleMilliseconds(series.Percentile(0.5));
    Find(rates, series.contender).points[series.callers] = series.Rate();
  }
  AddDrawing(subject, "median", "callers", "ms", std::move(medians), drawings);
  AddDrawing(subject, "throughput", "callers", "operations per second", std::move(rates), drawings);
}

}  // namespace

std::string DrawCurves(const std::string& title, const std::string& x_label,
                       const std::string& y_label, const std::vector<Curve>& curves) {
  std::set<double> columns;
  for (const Curve& curve : curves) {
    for (const auto& [x, y] : curve.points) columns.insert(x);
  }
  const std::pair<double, double> decades = Decades(curves);
  const Axis across(*columns.begin(), *columns.rbegin(), kLeft + 8, kWidth - kRight - 4);
  const Axis up(decades.first, decades.second, kHeight - kBottom, kTop);
  std::string svg = absl::StrFormat(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %g %g\" width=\"%g\" "
      "height=\"%g\" font-family=\"sans-serif\" font-size=\"12\" fill=\"#333\">\n"
      "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
      kWidth, kHeight, kWidth, kHeight);
  svg += Text(kLeft, 18, "start", absl::StrCat(title, " (", y_label, ")"), " font-weight=\"bold\"");
  svg += Text((kLeft + kWidth - kRight) / 2, kHeight - 10, "middle", x_label);
  svg += DrawGrid(across, up, columns, decades);
  for (size_t i = 0; i < curves.size(); ++i) {
    svg += DrawCurve(curves[i], kColours[i % std::size(kColours)], across, up);
  }
  return svg + DrawNames(curves, up) + "</svg>\n";
}

std::map<std::string, std::string> DrawSeries(const std::vector<Series>& series) {
  std::set<std::string> subjects;
  for (const Series& one : series) subjects.insert(one.subject);
  std::map<std::string, std::string> drawings;
  for (const std::string& subject : subjects) {
    if (absl::StartsWith(subject, "scale.")) {
      DrawScale(subject, series, drawings);
    } else {
      DrawSubject(subject, series, drawings);
    }
  }
  return drawings;
}

}  // namespace eds::benchmark
