// alluxio-guardian: started by a master, for its session with ZooKeeper (election/guardian.h).
#include "election/guardian.h"

int main() { return alluxio::election::Guardian::Run(); }
