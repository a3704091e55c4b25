// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @dev What a node can be punished for. What each costs is in `SlashingRules` and `ReputationMath`. The numbers are part of
/// the events: an offence is only ever appended.
/// - None: nothing.
/// - MissedDeadline: an assigned fragment was not submitted in time.
/// - InvalidResult: a committed result was shown to be wrong.
/// - DuplicateSubmission: a result was copied or submitted twice.
/// - FakeBenchmark: the machine does not have the speed that was attested.
/// - UnrevealedVote: a verifier gave no verdict; or one that it did not open, about a result of which nothing is known.
/// - IncoherentVote: a verifier's verdict differs from the final result.
/// - ApprovedPlant: a verifier approved a planted wrong result.
enum Offence {
    None,
    MissedDeadline,
    InvalidResult,
    DuplicateSubmission,
    FakeBenchmark,
    UnrevealedVote,
    IncoherentVote,
    ApprovedPlant
}
