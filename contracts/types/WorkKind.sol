// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @dev Kinds of work that verifiers judge. The numbers are part of terms and events: a kind is only ever appended.
/// - Inference: a registered model on new inputs; recomputed exactly.
/// - Labelling: labels for a shard, by two nodes independently; judged with a score of 0 to 100.
/// - Features: features and vectors of an input; recomputed exactly.
/// - Preprocessing: a dataset shard under a recipe; recomputed exactly.
/// - Training: a model trained by any method; evaluated again within a tolerance.
enum WorkKind {
    Inference,
    Labelling,
    Features,
    Preprocessing,
    Training
}

/// @dev Number of kinds.
uint256 constant WORK_KINDS = 5;
