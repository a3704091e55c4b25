// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {WorkTerms} from "../market/IWorkMarket.sol";
import {NodeId, TaskId} from "../types/Ids.sol";

/// @dev What a dispute is about.
/// - Verdict, Acceptance, Plant: see `DisputeSubject`.
/// - Benchmark: somebody says that a node does not have the speed that was attested.
/// - Duplicate: somebody says that a node submitted what another did, or the same twice.
enum DisputeKind {
    Verdict,
    Acceptance,
    Plant,
    Benchmark,
    Duplicate
}

/// @dev Life of a dispute.
/// - None: unknown.
/// - Claimed: stands unless it is contested in time.
/// - Drawing: jurors are to be drawn.
/// - Committing, Revealing: jurors vote.
/// - Appealing: the ruling can be appealed.
/// - Ruled: final; its actions can be executed.
/// - Executed: all actions were executed.
enum DisputeStage {
    None,
    Claimed,
    Drawing,
    Committing,
    Revealing,
    Appealing,
    Ruled,
    Executed
}

/// @dev A ruling. Undecided: tie, or nobody revealed; then nothing changes, as if it were for the respondent.
enum Ruling {
    Undecided,
    Claimant,
    Respondent
}

/// @dev The only things that a ruling can do; each is one function of one immutable contract.
/// - RuleResult: `WorkReview.rule`. - Slash: `Slasher.punish`. - AnnulReputation: `Reputation.annul`. - RemoveNode: `NodeRegistry.remove`.
enum ActionKind {
    RuleResult,
    Slash,
    AnnulReputation,
    RemoveNode
}

/// @dev An action; `data` are the ABI-encoded arguments of its function.
struct Action {
    ActionKind kind;
    bytes data;
}

/// @dev A dispute.
/// @param claimant Who claims; `respondent` who contested, zero while nobody did.
/// @param node Node that it is about.
/// @param deadline Last second of the stage; of Drawing the last second at which a draw is tried.
/// @param round Round of the court: 0 to 3, with 3, 7, 15 and 31 votes.
/// @param ruling Ruling of the last round, or final.
/// @param bond CXT wei that each side put in at the start.
struct Dispute {
    DisputeKind kind;
    DisputeStage stage;
    Ruling ruling;
    uint8 round;
    address claimant;
    address respondent;
    NodeId node;
    uint40 openedAt;
    uint40 deadline;
    uint40 ticket;
    uint96 bond;
    bytes32 subject;
}

/// @dev Votes of one round.
struct Panel {
    uint8 size;
    uint8 drawn;
    uint8 committed;
    uint8 revealed;
    uint8 forClaimant;
    uint8 forRespondent;
    Ruling ruling;
}

/// @title IArbitration
/// @notice Optimistic claims with a bond; when contested a court of drawn jurors decides, with appeals. Every ruling maps to actions
/// that are fixed when the dispute begins, and that anyone executes.
/// @dev Terminal within `MAX_DURATION` from every state, whoever is silent.
interface IArbitration {
    /// @notice Emitted when a dispute began. `claimantActions` and `respondentActions` are all that can ever come of it.
    event DisputeOpened(
        uint256 indexed dispute,
        DisputeKind kind,
        address indexed claimant,
        NodeId indexed node,
        bytes32 subject,
        uint256 bond,
        uint256 contestUntil,
        Action[] claimantActions,
        Action[] respondentActions
    );

    /// @notice Emitted when a claim was contested; it goes to the court.
    event DisputeContested(uint256 indexed dispute, address indexed respondent, uint256 bond);

    /// @notice Emitted when somebody pointed to evidence: SHA-256 digest of a document.
    event EvidenceSubmitted(uint256 indexed dispute, address indexed from, bytes32 digest);

    /// @notice Emitted when votes were drawn; `jurors` names one account for each vote.
    event JurorsDrawn(uint256 indexed dispute, uint256 indexed round, address[] jurors, uint256 commitUntil);

    /// @notice Emitted when the entropy could not be used and the draw was requested anew.
    event DrawRenewed(uint256 indexed dispute, uint256 indexed round, uint256 ticket);

    event VoteCommitted(uint256 indexed dispute, uint256 indexed round, address indexed juror, bytes32 commitment);
    event RevealOpened(uint256 indexed dispute, uint256 indexed round, uint256 revealUntil);
    event VoteRevealed(
        uint256 indexed dispute,
        uint256 indexed round,
        address indexed juror,
        Ruling ruling,
        uint256 votes
    );

    /// @notice Emitted when a round was counted; it can be appealed until then.
    event RoundRuled(uint256 indexed dispute, uint256 indexed round, Ruling ruling, uint256 appealUntil);

    /// @notice Emitted when somebody paid for an appeal.
    event AppealFunded(
        uint256 indexed dispute,
        uint256 indexed round,
        Ruling side,
        address indexed from,
        uint256 amount
    );

    /// @notice Emitted when both sides are funded and the next round begins.
    event AppealOpened(uint256 indexed dispute, uint256 indexed round, uint256 votes);

    /// @notice Emitted when the ruling is final.
    event DisputeRuled(uint256 indexed dispute, Ruling ruling);

    /// @notice Emitted for each attempt to execute an action.
    event ActionExecuted(uint256 indexed dispute, uint256 indexed index, ActionKind kind, bool success, bytes result);

    event Withdrawn(address indexed account, uint256 amount);

    /// @notice Disputes a result that can be contested: verdict, acceptance or plant, as its review says. Pulls a bond.
    function claimResult(
        WorkTerms calldata terms,
        uint32 fragment,
        bytes32 evidence
    ) external returns (uint256 dispute);

    /// @notice Claims that a node does not have the speed that was attested. Pulls a bond.
    function claimBenchmark(NodeId node, bytes32 evidence) external returns (uint256 dispute);

    /// @notice Claims that the result of one fragment is a copy of that of another, of the same or another task. Pulls a bond.
    function claimDuplicate(
        WorkTerms calldata terms,
        uint32 fragment,
        TaskId original,
        uint32 originalFragment,
        bytes32 evidence
    ) external returns (uint256 dispute);

    /// @notice Contests a claim in time, with an equal bond. Open to anyone but the claimant.
    function contest(uint256 dispute, bytes32 evidence) external;

    /// @notice Points to more evidence, before the ruling. Open to anyone.
    function submitEvidence(uint256 dispute, bytes32 digest) external;

    /// @notice Draws the jurors of the round, or requests the entropy anew. Open to anyone.
    function draw(uint256 dispute) external returns (uint256 drawn);

    /// @notice Seals the vote of the caller for all of its votes in the round: see `commitmentOf`.
    function commit(uint256 dispute, bytes32 commitment) external;

    /// @notice Opens the vote of the caller: Claimant or Respondent, or Undecided for "cannot tell".
    function reveal(uint256 dispute, Ruling ruling, bytes32 salt) external;

    /// @notice Puts money into an appeal, of which the excess is not taken. The side that lost the round funds in the first half of
    /// the time, the other until its end. Open to anyone.
    function fundAppeal(uint256 dispute, Ruling side, uint256 amount) external returns (uint256 taken);

    /// @notice Ends a stage whose time is over or whose jurors are all done, and goes to the next: uncontested claims, rounds without
    /// jurors, counting, appeals that nobody funded. Open to anyone.
    function advance(uint256 dispute) external returns (DisputeStage stage);

    /// @notice Executes the actions of the final ruling that were not executed yet; one that fails can be tried again. Open to anyone.
    /// @param actions Exactly those announced for the ruling when the dispute began.
    function execute(uint256 dispute, Action[] calldata actions) external returns (bool done);

    /// @notice Counts what a dispute owes to the jurors and funders of a round once it is final; in pages. Open to anyone.
    function settleRound(uint256 dispute, uint256 round) external;

    /// @notice Sends everything owed to `account` to `account`. Open to anyone.
    function withdraw(address account) external returns (uint256 amount);

    /// @notice What a juror commits: `keccak256(abi.encode(chainid, this contract, dispute, round, juror, ruling, salt))`.
    function commitmentOf(
        uint256 dispute,
        uint256 round,
        address juror,
        Ruling ruling,
        bytes32 salt
    ) external view returns (bytes32 commitment);

    function disputeOf(uint256 dispute) external view returns (Dispute memory);
    function panelOf(uint256 dispute, uint256 round) external view returns (Panel memory);
    function votesOf(uint256 dispute, uint256 round, address juror) external view returns (uint256 votes);
    function disputeCount() external view returns (uint256);
    function owedTo(address account) external view returns (uint256 amount);

    /// @notice CXT wei that an appeal to the next round costs each side, and what was put in for each.
    function appealOf(uint256 dispute) external view returns (uint256 cost, uint256 forClaimant, uint256 forRespondent);
}
