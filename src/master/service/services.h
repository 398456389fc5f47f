// One function a service: registers its methods. `parts` outlives the table.
#pragma once

#include "master/service/service_parts.h"

namespace alluxio::master {

void AddFsClientService(const ServiceParts& parts, rpc::MethodTable* table);
// Of the same service: submitJob, StopJob, GetJobProgress.
void AddLoadJobMethods(const ServiceParts& parts, rpc::MethodTable* table);
// FileSystemMasterWorkerService and FileSystemMasterJobService.
void AddFsWorkerService(const ServiceParts& parts, rpc::MethodTable* table);
void AddBlockClientService(const ServiceParts& parts, rpc::MethodTable* table);
void AddBlockWorkerService(const ServiceParts& parts, rpc::MethodTable* table);
void AddConfigService(const ServiceParts& parts, rpc::MethodTable* table);
// MetaMasterClientService, and the services between masters and proxies.
void AddMetaService(const ServiceParts& parts, rpc::MethodTable* table);
void AddMetricsService(const ServiceParts& parts, rpc::MethodTable* table);
void AddVersionService(const ServiceParts& parts, rpc::MethodTable* table);
// JournalMasterClientService and TableMasterClientService: every method answers what is missing.
void AddAbsentServices(rpc::MethodTable* table);

}  // namespace alluxio::master
