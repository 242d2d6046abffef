#ifndef EDS_TESTS_SIMULATION_BRAIN_H_
#define EDS_TESTS_SIMULATION_BRAIN_H_

#include <memory>

#include "controller/admin_password_rotation.h"
#include "controller/attempts.h"
#include "controller/calls.h"
#include "controller/catalog.h"
#include "controller/database_deleter.h"
#include "controller/database_provisioner.h"
#include "controller/database_service.h"
#include "controller/flights.h"
#include "controller/installation.h"
#include "controller/lock_table.h"
#include "controller/maintenance_service.h"
#include "controller/node_configs.h"
#include "controller/node_directory.h"
#include "controller/operations.h"
#include "controller/placement.h"
#include "controller/pool_keeper.h"
#include "controller/provisioner_seams.h"
#include "controller/ready_pool.h"
#include "controller/ready_provisioner.h"
#include "controller/reconciler.h"
#include "controller/resources.h"
#include "controller/sweep_schedule.h"
#include "controller/sweeper.h"
#include "controller/user_provisioner.h"
#include "tests/simulation/environment.h"
#include "tests/simulation/network.h"
#include "tests/simulation/simulated_dispatcher.h"
#include "tests/simulation/simulated_node_client.h"

namespace eds::simulation {

// What a running controller is made of: the product's own parts, on simulated seams.
struct Brain {
  // `environment` and `network` must outlive the brain.
  Brain(Environment& environment, Network& network, const std::shared_ptr<Process>& process,
        Installation opened, std::unique_ptr<Catalog> opened_catalog);

  const Installation installation;
  const std::unique_ptr<Catalog> catalog;
  NodeDirectory directory;
  SimulatedNodeClient nodes;
  LockTable locks;
  Attempts attempts;
  ReadyPool pool;
  const ProvisionerSeams seams;
  NodeConfigs configs;
  Placement placement;
  PasswordRotator rotator;
  AdminPasswordRotation admin_passwords;
  UserProvisioner users;
  DatabaseDeleter deleter;
  DatabaseProvisioner databases;
  ReadyProvisioner ready;
  Resources resources;
  SimulatedDispatcher dispatcher;
  Flights flights;
  Calls calls;
  Reconciler reconciler;
  PoolKeeper keeper;
  Operations operations;
  Sweeper sweeper;
  SweepSchedule sweeps;
  DatabaseService service;
  MaintenanceService maintenance;
};

}  // namespace eds::simulation

#endif  // EDS_TESTS_SIMULATION_BRAIN_H_
