#ifndef EDS_TESTS_SIMULATION_ORDER_H_
#define EDS_TESTS_SIMULATION_ORDER_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "eds/v1/database.pb.h"
#include "eds/v1/kind.pb.h"
#include "eds/v1/user.pb.h"

namespace eds::simulation {

// Something that a client wants done. It may take several calls until it is.
struct Order {
  enum class Method {
    kCreateDatabase,
    kRenameDatabase,
    kDeleteDatabase,
    kUndeleteDatabase,
    kAdoptDatabase,
    kCreateUser,
    kRotatePassword,
    kEndOverlap,
    kDeleteUser,
    kGetCredentials,
  };

  int number = 0;  // 1, 2, 3 …
  Method method = Method::kCreateDatabase;
  v1::Kind kind = v1::KIND_UNSPECIFIED;
  std::string request_id;    // Empty: none.
  int reuses_id_of = 0;      // The order whose request_id this one takes, with other
                             // parameters. 0: none.
  std::string target;        // Name of the resource that it is about.
  std::string server_name;   // Of what is adopted, on the node `target`.
  std::string owner;         // Whom that is expected to belong to.
  std::string display_name;  // Empty: none.
  bool force = false;
  bool purge_now = false;
  bool protect = false;
  absl::Duration overlap = absl::ZeroDuration();
};

// What one call for an order came back with.
struct Answer {
  absl::Status status;
  v1::Database database;        // Of methods that answer one.
  v1::Credentials credentials;  // Of methods that answer them.
};

std::string Describe(const Order& order);

// Its code, reason and message: what absl::Status::ToString() adds has no fixed order.
std::string Describe(const absl::Status& status);

// Whether a call that was answered so changed nothing.
bool ChangedNothing(const Order& order, const absl::Status& status);

// Whether the caller cannot know what became of it.
bool IsUncertain(const absl::Status& status);

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_ORDER_H_
