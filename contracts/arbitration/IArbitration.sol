// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {IBenchmarkRegistry} from "../benchmark/IBenchmarkRegistry.sol";
import {IWorkMarket, WorkTerms} from "../market/IWorkMarket.sol";
import {IEntropySource} from "../matching/IEntropySource.sol";
import {INodeRegistry} from "../registry/INodeRegistry.sol";
import {IReputation} from "../reputation/IReputation.sol";
import {IWorkReview} from "../review/IWorkReview.sol";
import {ISlasher} from "../staking/ISlasher.sol";
import {IStakeVault} from "../staking/IStakeVault.sol";
import {NodeId, TaskId} from "../types/Ids.sol";
import {IJurorPool} from "./IJurorPool.sol";

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
/// - RuleResult: `WorkReview.rule`.
/// - Slash: `Slasher.punish`; a fake benchmark removes the node with it.
/// - AnnulReputation: `Reputation.annul`.
enum ActionKind {
    RuleResult,
    Slash,
    AnnulReputation
}

/// @dev An action; `data` are the ABI-encoded arguments of its function.
struct Action {
    ActionKind kind;
    bytes data;
}

/// @dev A dispute. Slot 1: all that a vote looks at; slots 2 and 3: the rest; slot 4: the subject.
/// @param round Round of the court: 0 to 3, with 3, 7, 15 and 31 votes.
/// @param ruling Ruling of the last round, or final.
/// @param deadline Last second of the stage; of Drawing the last second at which a draw is tried.
/// @param claimant Who claims; `respondent` who contested, zero while nobody did.
/// @param node Node that it is about.
/// @param ticket Entropy ticket of the draw of the round.
/// @param held CXT wei of the node's stake that are held until the actions of the ruling are executed.
/// @param bond CXT wei that each side put in at the start.
/// @param subject Names what it is about: two disputes of the same are never open at a time.
struct Dispute {
    DisputeKind kind;
    DisputeStage stage;
    Ruling ruling;
    uint8 round;
    uint40 deadline;
    address claimant;
    address respondent;
    NodeId node;
    uint40 openedAt;
    uint40 ticket;
    uint96 held;
    uint96 bond;
    bytes32 subject;
}

/// @dev Contracts that an arbitration works with; none of them can be changed.
/// @param feeRouter Where what is left over goes.
struct ArbitrationSuite {
    IWorkReview review;
    IWorkMarket market;
    IBenchmarkRegistry benchmarks;
    INodeRegistry registry;
    IReputation reputation;
    IStakeVault vault;
    ISlasher slasher;
    IEntropySource entropy;
    address feeRouter;
}

/// @dev Votes of one round.
/// @param size Votes to draw; `drawn` were drawn: all or none.
/// @param settled Whether jurors and funders of the round got what they are owed.
struct Panel {
    uint8 size;
    uint8 drawn;
    uint8 committed;
    uint8 revealed;
    uint8 forClaimant;
    uint8 forRespondent;
    Ruling ruling;
    bool settled;
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

    /// @notice Emitted when a juror sealed its vote.
    event VoteCommitted(uint256 indexed dispute, uint256 indexed round, address indexed juror, bytes32 commitment);

    /// @notice Emitted when votes can be opened.
    event RevealOpened(uint256 indexed dispute, uint256 indexed round, uint256 revealUntil);

    /// @notice Emitted when a juror opened its vote; `votes` is how often it was drawn.
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

    /// @notice Emitted when the ruling is final: its stage is Ruled.
    event DisputeRuled(uint256 indexed dispute, Ruling ruling);

    /// @notice Emitted for each attempt to execute an action.
    event ActionExecuted(uint256 indexed dispute, uint256 indexed index, ActionKind kind, bool success, bytes result);

    /// @notice Emitted when a round was settled: `fees` went to its jurors, beside `penalties` of others of them.
    event RoundSettled(uint256 indexed dispute, uint256 indexed round, uint256 fees, uint256 penalties);

    /// @notice Emitted when an account is owed money by a dispute.
    event Owed(address indexed account, uint256 amount);

    /// @notice Emitted when an account was paid what it was owed.
    event Withdrawn(address indexed account, uint256 amount);

    /// @notice Thrown when the dispute is not in the stage that the call needs.
    error ArbitrationWrongStage(uint256 dispute, DisputeStage stage);

    /// @notice Thrown when the time of the stage is over, or not over.
    error ArbitrationTooLate(uint256 dispute, uint256 deadline, uint256 timestamp);
    error ArbitrationTooEarly(uint256 dispute, uint256 deadline, uint256 timestamp);

    /// @notice Thrown when a digest of evidence is zero.
    error ArbitrationEmptyEvidence(address from);

    /// @notice Thrown when the same is disputed already, or was ruled for a claimant.
    error ArbitrationSubjectTaken(bytes32 subject, uint256 dispute);

    /// @notice Thrown when a result would be final before the court can rule.
    error ArbitrationNoTimeToRule(uint256 rulesBefore, uint256 needed);

    /// @notice Thrown when the node has no score that was measured.
    error ArbitrationNoScore(NodeId node);

    /// @notice Thrown when there is no such result, or both are the same.
    error ArbitrationNoResult(TaskId task, uint256 fragment);

    /// @notice Thrown when the time to call a result a duplicate is over.
    error ArbitrationDuplicateTooLate(uint256 until, uint256 timestamp);

    /// @notice Thrown when the claimant contests its own claim.
    error ArbitrationOwnClaim(uint256 dispute, address claimant);

    /// @notice Thrown when the entropy of the draw is not known yet.
    error ArbitrationEntropyPending(uint256 dispute, uint256 ticket);

    /// @notice Thrown when the caller was not drawn for the round.
    error ArbitrationNoVote(uint256 dispute, uint256 round, address juror);

    /// @notice Thrown when the juror has committed already, or has not, or has revealed already.
    error ArbitrationAlreadyCommitted(uint256 dispute, uint256 round, address juror);
    error ArbitrationNotCommitted(uint256 dispute, uint256 round, address juror);
    error ArbitrationAlreadyRevealed(uint256 dispute, uint256 round, address juror);

    /// @notice Thrown when a commitment is zero.
    error ArbitrationEmptyCommitment(uint256 dispute);

    /// @notice Thrown when ruling and salt are not what was committed.
    error ArbitrationWrongReveal(uint256 dispute, bytes32 computed, bytes32 committed);

    /// @notice Thrown when an appeal is funded for no side.
    error ArbitrationNoSide();

    /// @notice Thrown when the side is funded already.
    error ArbitrationSideFunded(uint256 dispute, Ruling side);

    /// @notice Thrown when a contribution is below the least one.
    error ArbitrationContributionTooSmall(uint256 amount, uint256 minimum);

    /// @notice Thrown when the actions are not those announced for the ruling.
    error ArbitrationWrongActions(uint256 dispute, bytes32 given, bytes32 announced);

    /// @notice Thrown when the gas that is left could make an action fail that would succeed with more.
    error ArbitrationNotEnoughGas(uint256 left, uint256 needed);

    /// @notice Thrown when there is no such round, it is settled, or cannot be yet.
    error ArbitrationNothingToSettle(uint256 dispute, uint256 round);

    /// @notice Thrown when nothing is owed.
    error ArbitrationNothingOwed(address account);

    /// @notice Disputes a result that can be contested: verdict, acceptance or plant, as its review says. Pulls a bond.
    function claimResult(
        WorkTerms calldata terms,
        uint32 fragment,
        bytes32 evidence
    ) external returns (uint256 dispute);

    /// @notice Claims that a node does not have the speed that was attested. Pulls a bond.
    function claimBenchmark(NodeId node, bytes32 evidence) external returns (uint256 dispute);

    /// @notice Claims that the result of one fragment is a copy of that of another, of the same or another task. Pulls a bond.
    /// @dev Both results must exist. Whether they are equal is left to the court: two honest nodes compute the same digest, and a
    /// copy with a small change has another one. In time: `DUPLICATE_WINDOW` after the last second at which it could be submitted.
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

    /// @notice Puts money into an appeal, of which the excess is not taken; at least a sixteenth of the cost, or what is missing.
    /// The side that lost the round funds in the first half of the time, the other until its end. Open to anyone.
    /// @dev Undecided: the claimant's side is the one that lost. Funded by the one that lost alone: that side wins. Else, unless
    /// both are funded, the ruling stands. What no round was paid with goes back.
    function fundAppeal(uint256 dispute, Ruling side, uint256 amount) external returns (uint256 taken);

    /// @notice Ends a stage whose time is over or whose jurors are all done, and goes to the next: uncontested claims, rounds without
    /// jurors, counting, appeals that nobody funded. Open to anyone.
    function advance(uint256 dispute) external returns (DisputeStage stage);

    /// @notice Executes the actions of the final ruling that were not executed yet; one that fails can be tried again. Open to anyone.
    /// @dev A ruling on a result only while the review waits for it: later its fragment may have another result.
    /// @param actions Exactly those announced for the ruling when the dispute began.
    function execute(uint256 dispute, Action[] calldata actions) external returns (bool done);

    /// @notice Counts what a dispute owes to the jurors, and to those who put in bonds or funded the round, once the ruling is
    /// final: at most 31 jurors and 32 contributions. Of a round that was not played all goes back. Open to anyone.
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

    /// @notice Everything stored about a dispute; all zero for an unknown one.
    function disputeOf(uint256 dispute) external view returns (Dispute memory);

    /// @notice Votes of a round; all zero before its draw.
    function panelOf(uint256 dispute, uint256 round) external view returns (Panel memory);

    /// @notice Jurors of a round, each once.
    function jurorsOf(uint256 dispute, uint256 round) external view returns (address[] memory jurors);

    /// @notice How often `juror` was drawn for a round.
    function votesOf(uint256 dispute, uint256 round, address juror) external view returns (uint256 votes);

    /// @notice What `juror` committed in a round, and whether and for what it revealed.
    function ballotOf(
        uint256 dispute,
        uint256 round,
        address juror
    ) external view returns (bytes32 commitment, bool revealed, Ruling ruling);

    /// @notice Number of disputes ever opened; ids run from 1 to this number.
    function disputeCount() external view returns (uint256);

    /// @notice The latest dispute about a subject; zero for none.
    function disputeAbout(bytes32 subject) external view returns (uint256 dispute);

    /// @notice CXT wei owed to `account`.
    function owedTo(address account) external view returns (uint256 amount);

    /// @notice CXT wei of bonds and contributions that are not settled, and of all that is owed; the balance is at least this.
    function recordedTotal() external view returns (uint256 amount);

    /// @notice Where jurors stake.
    function jurorPool() external view returns (IJurorPool);

    /// @notice Hashes of the actions that each side's ruling has, and a bit for each action that was executed.
    function actionsOf(
        uint256 dispute
    ) external view returns (bytes32 claimantActions, bytes32 respondentActions, uint256 executed);

    /// @notice CXT wei that an appeal to the next round costs each side, and what was put in for each.
    function appealOf(uint256 dispute) external view returns (uint256 cost, uint256 forClaimant, uint256 forRespondent);

    /// @notice CXT wei that was put in for a side of a later round, played or not.
    function fundedOf(uint256 dispute, uint256 round, Ruling side) external view returns (uint256 amount);
}
