#include "controller/controller_server.h"

#include <utility>

#include "common/grpc_server.h"
#include "common/status_macros.h"
#include "controller/config_service.h"
#include "controller/database_service.h"
#include "controller/grpc_node_client.h"
#include "controller/installation.h"
#include "controller/maintenance_service.h"
#include "controller/node_service.h"
#include "controller/pool_keeper.h"
#include "controller/ready_pool.h"
#include "controller/ready_provisioner.h"
#include "controller/reconciler.h"
#include "controller/registry_service.h"
#include "controller/state/cached_store.h"
#include "controller/sweep_schedule.h"
#include "controller/ticker.h"
#include "glog/logging.h"

namespace eds {
namespace {

constexpr absl::Duration kReconcileInterval = absl::Seconds(1);
constexpr absl::Duration kSweepTick = absl::Minutes(1);
constexpr absl::Duration kShutdownGrace = absl::Seconds(1);

// Members are in the order of their dependence: what is below uses what is above.
class RunningController final : public ControllerServer {
 public:
  RunningController(const ControllerOptions& options, std::unique_ptr<CachedStore> store,
                    Installation installation, std::unique_ptr<Catalog> catalog, Clock& clock,
                    RandomSource& random)
      : store_(std::move(store)),
        installation_(std::move(installation)),
        catalog_(std::move(catalog)),
        clock_(clock),
        directory_(clock),
        attempts_(clock, random),
        pool_(*catalog_, clock),
        seams_{*catalog_, nodes_,    directory_, *installation_.sealer, clock, random,
               locks_,    attempts_, pool_,      installation_.id},
        purge_wait_(options.purge_wait) {}

  // First what brings work, then the work, then what looks for unfinished work.
  ~RunningController() override {
    if (server_ != nullptr) server_->Shutdown(kShutdownGrace);
    dispatcher_.Drain();
    ticker_.reset();
    sweep_ticker_.reset();
    pool_ticker_.reset();
  }

  absl::Status Serve(const ControllerOptions& options) {
    RETURN_IF_ERROR(pool_.Load());
    ASSIGN_OR_RETURN(server_,
                     GrpcServer::Start(options.listen, options.insecure,
                                       {&config_service_, &database_service_, &maintenance_service_,
                                        &node_service_, &registry_service_}));
    ticker_ = std::make_unique<Ticker>(kReconcileInterval, [this] {
      const absl::Status status = reconciler_.Tick();
      if (!status.ok()) LOG(ERROR) << "cannot look for unfinished work: " << status.message();
    });
    sweep_ticker_ = std::make_unique<Ticker>(kSweepTick, [this] {
      const absl::Status status = sweeps_.Tick();
      if (!status.ok()) LOG(ERROR) << "cannot look for nodes to sweep: " << status.message();
    });
    pool_ticker_ = std::make_unique<Ticker>(PoolKeeper::kInterval, [this] {
      const absl::Status status = keeper_.Tick();
      if (!status.ok()) LOG(ERROR) << "cannot look after what is made ahead: " << status.message();
    });
    directory_.OnReady([this] {
      attempts_.MakeAllDue();
      ticker_->Poke();
      sweep_ticker_->Poke();
    });
    return absl::OkStatus();
  }

  const std::string& address() const override { return server_->address(); }

 private:
  const std::unique_ptr<CachedStore> store_;
  const Installation installation_;
  const std::unique_ptr<Catalog> catalog_;
  Clock& clock_;
  NodeDirectory directory_;
  NodeChannels channels_{directory_};
  GrpcNodeClient nodes_{channels_, clock_};
  LockTable locks_{clock_};
  Attempts attempts_;
  ReadyPool pool_;
  const ProvisionerSeams seams_;
  const absl::Duration purge_wait_;
  NodeConfigs configs_{*catalog_, directory_, *installation_.sealer, clock_};
  Placement placement_{*catalog_, directory_, configs_};
  PasswordRotator rotator_{seams_};
  AdminPasswordRotation admin_passwords_{seams_, configs_};
  UserProvisioner users_{seams_, rotator_};
  DatabaseDeleter deleter_{seams_, configs_, users_};
  DatabaseProvisioner databases_{seams_, configs_, placement_, deleter_};
  ReadyProvisioner ready_{seams_, placement_};
  Resources resources_{*catalog_, directory_, configs_, attempts_, pool_};
  ThreadDispatcher dispatcher_;
  Flights flights_;
  Calls calls_{dispatcher_, flights_};
  Reconciler reconciler_{*catalog_, directory_,       attempts_, databases_,  deleter_, users_,
                         rotator_,  admin_passwords_, ready_,    dispatcher_, clock_};
  PoolKeeper keeper_{*catalog_, directory_, configs_, pool_, ready_, users_, dispatcher_, clock_};
  Operations operations_{*catalog_, directory_, attempts_};
  Sweeper sweeper_{seams_, databases_, users_, ready_, purge_wait_};
  SweepSchedule sweeps_{sweeper_, *catalog_, directory_, dispatcher_, clock_};
  ConfigService config_service_{calls_, *catalog_, configs_};
  DatabaseService database_service_{calls_, *catalog_, databases_, deleter_,
                                    users_, rotator_,  resources_, *installation_.sealer};
  MaintenanceService maintenance_service_{calls_, *catalog_, operations_, sweeper_,
                                          *installation_.sealer};
  NodeService node_service_{calls_,     *catalog_,        directory_, channels_,
                            resources_, admin_passwords_, clock_};
  RegistryService registry_service_{directory_, configs_, dispatcher_, installation_.id,
                                    ClaimKeyOf(installation_)};
  std::unique_ptr<GrpcServer> server_;
  std::unique_ptr<Ticker> ticker_;
  std::unique_ptr<Ticker> sweep_ticker_;
  std::unique_ptr<Ticker> pool_ticker_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ControllerServer>> ControllerServer::Start(
    const ControllerOptions& options, StateStore& store, Clock& clock, RandomSource& random) {
  auto cached = std::make_unique<CachedStore>(store);
  ASSIGN_OR_RETURN(Installation installation, OpenInstallation(*cached, options.key_file, random));
  ASSIGN_OR_RETURN(std::unique_ptr<Catalog> catalog, Catalog::Open(*cached, clock));
  auto controller = std::make_unique<RunningController>(
      options, std::move(cached), std::move(installation), std::move(catalog), clock, random);
  RETURN_IF_ERROR(controller->Serve(options));
  return controller;
}

}  // namespace eds
