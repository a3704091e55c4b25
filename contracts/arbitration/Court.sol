// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {EntropyStatus, IEntropySource} from "../matching/IEntropySource.sol";
import {INodeRegistry} from "../registry/INodeRegistry.sol";
import {ArbitrationLedger} from "./ArbitrationLedger.sol";
import {ArbitrationRules} from "./ArbitrationRules.sol";
import {Dispute, DisputeStage, IArbitration, Panel, Ruling} from "./IArbitration.sol";
import {IJurorPool} from "./IJurorPool.sol";
import {JurorPool} from "./JurorPool.sol";

/// @title Court
/// @notice Panels of jurors: drawn, sealed votes, opened votes, a count.
/// @dev TIME
/// - A deadline is counted from the deadline before it when that passed, from the call when a stage ended early; never from a
///   call that came late. `reveal` and `fundAppeal` first do what is due, so nobody has to be waited for.
/// @dev EARLY ENDS
/// - Committing ends when every vote is committed, Revealing when every committed vote is revealed.
abstract contract Court is ArbitrationLedger {
    /// @dev The votes of a juror in a round. Slot 1: what it committed; slot 2: the rest.
    struct Ballot {
        bytes32 commitment;
        uint8 votes;
        bool revealed;
        Ruling ruling;
    }

    /// @inheritdoc IArbitration
    IJurorPool public immutable jurorPool;

    INodeRegistry internal immutable _registry;
    IEntropySource internal immutable _entropy;

    mapping(uint256 dispute => Dispute data) internal _disputes;

    /// @dev Owner of the task that a dispute is about; zero when it is about none.
    mapping(uint256 dispute => address owner) internal _owners;

    /// @dev Payout address of the node when the dispute was opened: one that it takes when it knows the entropy of a draw would
    /// bar any juror that it does not like.
    mapping(uint256 dispute => address payout) internal _payouts;

    mapping(uint256 dispute => mapping(uint256 round => Panel panel)) internal _panels;
    mapping(uint256 dispute => mapping(uint256 round => address[] jurors)) internal _jurors;
    mapping(uint256 dispute => mapping(uint256 round => mapping(address juror => Ballot ballot))) internal _ballots;

    constructor(INodeRegistry registry, IEntropySource entropy) {
        _registry = registry;
        _entropy = entropy;
        jurorPool = new JurorPool(_token, entropy);
    }

    /// @inheritdoc IArbitration
    function draw(uint256 dispute) external returns (uint256 drawn) {
        // Check: jurors are to be drawn, in time, and the entropy is known. The pool is this contract's own.
        Dispute storage data = _requireStage(dispute, DisputeStage.Drawing);
        _requireInTime(dispute, data.deadline);
        uint256 round = data.round;
        uint40 ticket = data.ticket;
        uint256 size = ArbitrationRules.votesOf(round);
        (EntropyStatus status, address[] memory jurors) = jurorPool.draw(
            ticket,
            keccak256(abi.encode(dispute, round)),
            size,
            _partiesOf(dispute, data)
        );
        require(status != EntropyStatus.Pending, ArbitrationEntropyPending(dispute, ticket));

        // Effect: a new ticket when it cannot be used, or not enough jurors were found.
        drawn = jurors.length;
        if (drawn == 0) {
            data.ticket = _entropy.nextTicket();
            emit DrawRenewed(dispute, round, data.ticket);
            return 0;
        }

        // Effect: the panel. Casts are safe: at most 31 votes; seconds fit for 34,000 years.
        _panels[dispute][round].size = uint8(size);
        _panels[dispute][round].drawn = uint8(size);
        for (uint256 i = 0; i < size; ++i) {
            Ballot storage ballot = _ballots[dispute][round][jurors[i]];
            if (ballot.votes++ == 0) _jurors[dispute][round].push(jurors[i]);
        }
        data.stage = DisputeStage.Committing;
        data.deadline = uint40(block.timestamp + ArbitrationRules.COMMIT_WINDOW);

        emit JurorsDrawn(dispute, round, jurors, data.deadline);
    }

    /// @inheritdoc IArbitration
    function commit(uint256 dispute, bytes32 commitment) external {
        // Check: in time, a vote of the caller, once.
        Dispute storage data = _requireStage(dispute, DisputeStage.Committing);
        _requireInTime(dispute, data.deadline);
        require(commitment != bytes32(0), ArbitrationEmptyCommitment(dispute));
        uint256 round = data.round;
        Ballot storage ballot = _ballots[dispute][round][msg.sender];
        uint8 votes = ballot.votes;
        require(votes != 0, ArbitrationNoVote(dispute, round, msg.sender));
        require(ballot.commitment == bytes32(0), ArbitrationAlreadyCommitted(dispute, round, msg.sender));

        // Effect: all votes of the caller are sealed.
        ballot.commitment = commitment;
        _panels[dispute][round].committed += votes;

        emit VoteCommitted(dispute, round, msg.sender, commitment);
    }

    /// @inheritdoc IArbitration
    function reveal(uint256 dispute, Ruling ruling, bytes32 salt) external {
        // Effect: the time to reveal begins, if it is due.
        Dispute storage data = _disputes[dispute];
        if (data.stage == DisputeStage.Committing) _openReveal(dispute, data);

        // Check: in time, once, and what was committed.
        _requireStage(dispute, DisputeStage.Revealing);
        _requireInTime(dispute, data.deadline);
        uint256 round = data.round;
        Ballot storage ballot = _ballots[dispute][round][msg.sender];
        uint8 votes = ballot.votes;
        bytes32 committed = ballot.commitment;
        require(!ballot.revealed, ArbitrationAlreadyRevealed(dispute, round, msg.sender));
        require(committed != bytes32(0), ArbitrationNotCommitted(dispute, round, msg.sender));
        bytes32 computed = _commitmentOf(dispute, round, msg.sender, ruling, salt);
        require(computed == committed, ArbitrationWrongReveal(dispute, computed, committed));

        // Effect: all votes of the caller count.
        ballot.revealed = true;
        ballot.ruling = ruling;
        Panel storage panel = _panels[dispute][round];
        panel.revealed += votes;
        if (ruling == Ruling.Claimant) panel.forClaimant += votes;
        if (ruling == Ruling.Respondent) panel.forRespondent += votes;

        emit VoteRevealed(dispute, round, msg.sender, ruling, votes);
    }

    /// @inheritdoc IArbitration
    function commitmentOf(
        uint256 dispute,
        uint256 round,
        address juror,
        Ruling ruling,
        bytes32 salt
    ) external view returns (bytes32) {
        return _commitmentOf(dispute, round, juror, ruling, salt);
    }

    /// @inheritdoc IArbitration
    function disputeOf(uint256 dispute) external view returns (Dispute memory) {
        return _disputes[dispute];
    }

    /// @inheritdoc IArbitration
    function panelOf(uint256 dispute, uint256 round) external view returns (Panel memory) {
        return _panels[dispute][round];
    }

    /// @inheritdoc IArbitration
    function jurorsOf(uint256 dispute, uint256 round) external view returns (address[] memory) {
        return _jurors[dispute][round];
    }

    /// @inheritdoc IArbitration
    function votesOf(uint256 dispute, uint256 round, address juror) external view returns (uint256) {
        return _ballots[dispute][round][juror].votes;
    }

    /// @inheritdoc IArbitration
    function ballotOf(
        uint256 dispute,
        uint256 round,
        address juror
    ) external view returns (bytes32 commitment, bool revealed, Ruling ruling) {
        Ballot storage ballot = _ballots[dispute][round][juror];
        return (ballot.commitment, ballot.revealed, ballot.ruling);
    }

    /// @dev Begins the draw of `round` at this second. Cast is safe: at most 3; seconds fit for 34,000 years.
    function _beginRound(Dispute storage data, uint256 round) internal {
        data.round = uint8(round);
        data.stage = DisputeStage.Drawing;
        data.deadline = uint40(block.timestamp + ArbitrationRules.DRAW_WINDOW);
        data.ticket = _entropy.nextTicket();
    }

    /// @dev Goes from Committing to Revealing if that is due; whether it was. Cast is safe: seconds fit for 34,000 years.
    function _openReveal(uint256 dispute, Dispute storage data) internal returns (bool) {
        Panel storage panel = _panels[dispute][data.round];
        (bool due, uint256 endedAt) = _endOf(data, panel.committed == panel.drawn);
        if (!due) return false;
        data.stage = DisputeStage.Revealing;
        data.deadline = uint40(endedAt + ArbitrationRules.REVEAL_WINDOW);

        emit RevealOpened(dispute, data.round, data.deadline);
        return true;
    }

    /// @dev Counts a round if that is due; whether it was. The last round is final. Cast as above.
    function _count(uint256 dispute, Dispute storage data) internal returns (bool) {
        uint256 round = data.round;
        Panel storage panel = _panels[dispute][round];
        (bool due, uint256 endedAt) = _endOf(data, panel.revealed == panel.committed);
        if (!due) return false;
        Ruling ruling = ArbitrationRules.rulingOf(panel.forClaimant, panel.forRespondent);
        panel.ruling = ruling;
        data.ruling = ruling;
        if (round == ArbitrationRules.MAX_ROUND) {
            emit RoundRuled(dispute, round, ruling, endedAt);
            _finish(dispute, data, ruling);
            return true;
        }
        data.stage = DisputeStage.Appealing;
        data.deadline = uint40(endedAt + ArbitrationRules.APPEAL_WINDOW);

        emit RoundRuled(dispute, round, ruling, data.deadline);
        return true;
    }

    /// @dev Makes `ruling` final. The one way to the stage Ruled.
    function _finish(uint256 dispute, Dispute storage data, Ruling ruling) internal {
        data.stage = DisputeStage.Ruled;
        data.ruling = ruling;

        emit DisputeRuled(dispute, ruling);
    }

    function _requireStage(uint256 dispute, DisputeStage stage) internal view returns (Dispute storage data) {
        data = _disputes[dispute];
        require(data.stage == stage, ArbitrationWrongStage(dispute, data.stage));
    }

    function _requireInTime(uint256 dispute, uint256 deadline) internal view {
        require(block.timestamp <= deadline, ArbitrationTooLate(dispute, deadline, block.timestamp));
    }

    /// @dev Whether a stage is over, and since when: since its deadline, or since now when all are done.
    function _endOf(Dispute storage data, bool done) private view returns (bool due, uint256 endedAt) {
        uint256 deadline = data.deadline;
        if (block.timestamp > deadline) return (true, deadline);
        return (done, block.timestamp);
    }

    /// @dev Accounts that have no vote in a dispute: both sides, the owner of the task, operator and payout address of the node.
    function _partiesOf(uint256 dispute, Dispute storage data) private view returns (address[] memory parties) {
        parties = new address[](5);
        parties[0] = data.claimant;
        parties[1] = data.respondent;
        parties[2] = _owners[dispute];
        parties[3] = _registry.operatorOf(data.node);
        parties[4] = _payouts[dispute];
    }

    /// @dev Bound to chain, contract, dispute, round and juror: a commitment that is copied cannot be opened by another.
    function _commitmentOf(
        uint256 dispute,
        uint256 round,
        address juror,
        Ruling ruling,
        bytes32 salt
    ) private view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), dispute, round, juror, ruling, salt));
    }
}
