#ifndef EDS_COMMON_STATUS_MACROS_H_
#define EDS_COMMON_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Returns from the enclosing function if `expr`, an absl::Status, is not OK.
#define RETURN_IF_ERROR(expr)           \
  do {                                  \
    absl::Status eds_status_ = (expr);  \
    if (!eds_status_.ok()) [[unlikely]] \
      return eds_status_;               \
  } while (false)

// Declares or assigns `lhs` from the absl::StatusOr `expr`, or returns its error.
#define ASSIGN_OR_RETURN(lhs, expr) \
  EDS_ASSIGN_OR_RETURN_(EDS_CONCAT_(eds_status_or_, __LINE__), lhs, expr)

#define EDS_ASSIGN_OR_RETURN_(holder, lhs, expr) \
  auto holder = (expr);                          \
  if (!holder.ok()) [[unlikely]]                 \
    return std::move(holder).status();           \
  lhs = *std::move(holder)
#define EDS_CONCAT_(a, b) EDS_CONCAT_INNER_(a, b)
#define EDS_CONCAT_INNER_(a, b) a##b

#endif  // EDS_COMMON_STATUS_MACROS_H_
