#ifndef EDS_TESTS_ADVERSARY_POSTGRESQL_ADVERSARY_H_
#define EDS_TESTS_ADVERSARY_POSTGRESQL_ADVERSARY_H_

#include "tests/adversary/adversary_stage.h"

namespace eds {

class PostgresqlAdversary : public AdversaryStage {
 protected:
  const Engine& engine() const override {
    static const Engine engine = Postgresql();
    return engine;
  }
};

}  // namespace eds

#endif  // EDS_TESTS_ADVERSARY_POSTGRESQL_ADVERSARY_H_
