#ifndef EDS_TESTS_BENCHMARK_SCRAM_VERIFIER_H_
#define EDS_TESTS_BENCHMARK_SCRAM_VERIFIER_H_

#include <string>

#include "common/secret.h"

namespace eds::benchmark {

// What PostgreSQL keeps of a password (SCRAM-SHA-256, RFC 5803), in its 4096 rounds.
// libpq makes one only for a connection.
Secret ScramVerifier(const Secret& password, const std::string& salt);

}  // namespace eds::benchmark

#endif  // EDS_TESTS_BENCHMARK_SCRAM_VERIFIER_H_
