#ifndef EDS_CONTROLLER_PAGE_TOKEN_H_
#define EDS_CONTROLLER_PAGE_TOKEN_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "controller/sealer.h"

namespace eds {

// A page token says after which id the next page begins, and for which question
// (`scope`: the method and its filters) it was made, under a seal of ours.
std::string FormatPageToken(const Sealer& sealer, absl::string_view scope, absl::string_view after);

// The id that `token` begins after; empty for an empty token. kInvalidArgument
// (kInvalidPageToken) if it was not made by us for `scope`.
absl::StatusOr<std::string> ParsePageToken(const Sealer& sealer, absl::string_view scope,
                                           absl::string_view token);

}  // namespace eds

#endif  // EDS_CONTROLLER_PAGE_TOKEN_H_
