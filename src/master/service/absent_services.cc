// Services of Alluxio 2.9 this master only answers for: each method says what is missing.
#include <string>

#include "master/service/method_runner.h"
#include "master/service/services.h"

namespace alluxio::master {
namespace {

constexpr char kJournal[] = "/alluxio.grpc.journal.JournalMasterClientService/";
constexpr char kTable[] = "/alluxio.grpc.table.TableMasterClientService/";
constexpr const char* kJournalMethods[] = {
    "GetQuorumInfo",   "RemoveQuorumServer",       "TransferLeadership",
    "ResetPriorities", "GetTransferLeaderMessage", "GetNodeState"};
constexpr const char* kTableMethods[] = {
    "GetAllDatabases", "GetAllTables",   "GetDatabase", "GetTable",
    "AttachDatabase",  "DetachDatabase", "SyncDatabase", "GetTableColumnStatistics",
    "GetPartitionColumnStatistics", "ReadTable", "TransformTable", "GetTransformJobInfo"};

}  // namespace

void AddAbsentServices(rpc::MethodTable* table) {
  for (const char* method : kJournalMethods) {
    AddMissing(table, std::string(kJournal) + method,
               "this master keeps its journal on an under store: there is no quorum to show or "
               "change (the embedded journal is not there)");
  }
  for (const char* method : kTableMethods) {
    AddMissing(table, std::string(kTable) + method, "the table catalog is not there yet");
  }
}

void AddMasterServices(const ServiceParts& parts, rpc::MethodTable* table) {
  AddVersionService(parts, table);
  AddConfigService(parts, table);
  AddMetaService(parts, table);
  AddFsClientService(parts, table);
  AddFsWorkerService(parts, table);
  AddBlockClientService(parts, table);
  AddBlockWorkerService(parts, table);
  AddMetricsService(parts, table);
  AddAbsentServices(table);
}

}  // namespace alluxio::master
