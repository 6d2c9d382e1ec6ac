export { autoUpgradingWorkflowV1b as AutoUpgrading, pinnedWorkflowV2 as Pinned } from './workflows-base';
